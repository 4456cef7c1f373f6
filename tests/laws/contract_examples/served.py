"""The request that each example answers, and the section of the contract that documents it."""

from __future__ import annotations

from pathlib import Path

from tests.support.plain_server import Query

FOLDER = Path(__file__).parent


def uid(digit: str, number: int) -> str:
    return f"{digit * 8}-0000-4000-8000-{number:012d}"


PROJECT, OTHER_PROJECT = uid("1", 1), uid("1", 2)
CHARLI, FARM, BOND = (uid("2", number) for number in (1, 2, 3))
GLOW_VIDEO, PHOTO, SHAKEN = (uid("3", number) for number in (1, 2, 3))
GLOW, TEASER = uid("4", 1), uid("4", 2)
PAYPAL, WIRE = uid("7", 1), uid("7", 2)
RETAINER, CPM, MILLION, POSTS = (uid("8", number) for number in (1, 2, 3, 4))
CURSOR = "2026-03-15T10:00:00Z"
REPORT = "/analytics/aggregate/"


def series(entity: str, id_: str, metric: str, **more: str) -> dict[str, str]:
    return {"entity": entity, "entity_id": id_, "metric": metric, **more}


EXAMPLES = [
    # file, section of the contract, path, the part of the query that identifies it
    ("projects", "4", "/projects", {}),
    ("creators_page_1", "1, 4", "/creators", {}),
    ("creators_page_2", "1, 4", "/creators", {"cursor": CURSOR}),
    ("videos", "4", "/videos", {}),
    ("campaigns", "4", "/campaigns", {}),
    ("goal_compliance", "5", f"/projects/{PROJECT}/goal-compliance", {}),
    ("annotations", "3, 6", "/analytics/annotations", {}),
    ("analytics_creator_1", "6", "/analytics", series("creator", CHARLI, "views")),
    ("analytics_creator_2", "6", "/analytics", series("creator", FARM, "views")),
    ("analytics_engagement_rate", "6", "/analytics",
     series("creator", CHARLI, "engagement_rate_by_views")),
    ("analytics_prior_period", "6", "/analytics",
     series("creator", CHARLI, "likes", compare="prior_period")),
    ("analytics_breakdown", "6", "/analytics",
     series("campaign", GLOW, "views", breakdown="video")),
    ("analytics_flat_points", "6", "/analytics", series("video", GLOW_VIDEO, "views")),
    ("report_video_leaderboard_page_1", "1, 7", REPORT + "video-leaderboard", {"offset": "0"}),
    ("report_video_leaderboard_page_2", "1, 7", REPORT + "video-leaderboard", {"offset": "2"}),
    ("report_video_leaderboard_page_1", "1, 7", REPORT + "video-leaderboard", {}),
    ("report_posting_heatmap", "7", REPORT + "posting-heatmap", {}),
    ("report_view_distribution", "7", REPORT + "view-distribution", {}),
    ("report_outliers", "7", REPORT + "outliers", {}),
    ("report_creator_leaderboard", "7", REPORT + "creator-leaderboard", {"offset": "0"}),
    ("report_creator_leaderboard", "7", REPORT + "creator-leaderboard", {}),
    ("report_posting_consistency", "7", REPORT + "posting-consistency", {}),
    ("report_creator_scatter", "7", REPORT + "creator-scatter", {}),
    ("report_goal_compliance", "7", REPORT + "goal-compliance", {}),
    ("report_campaign_leaderboard", "7", REPORT + "campaign-leaderboard", {}),
    ("report_member_overlap", "7", REPORT + "member-overlap", {}),
    ("payout_methods", "8", "/payout-methods", {}),
    ("payout_method", "8", f"/payout-methods/{WIRE}", {}),
    ("payout_structures", "8", "/payout-structures", {}),
    ("payout_structure", "8", f"/payout-structures/{POSTS}", {}),
    ("payout_assignments_1", "8", f"/payout-structures/{RETAINER}/assignments", {}),
    ("payout_assignments_2", "8", f"/payout-structures/{CPM}/assignments", {}),
    ("payout_accruals", "8", "/payout-accruals", {}),
    ("payout_accrual", "8", f"/payout-accruals/{uid('a', 1)}", {}),
    ("payout_payments", "8", "/payout-payments", {}),
    ("payout_payment", "8", f"/payout-payments/{uid('b', 1)}", {}),
    ("comments", "9", "/comments", {}),
    ("schema", "3", "/schema", {}),
    ("analytics_schema", "3", "/analytics/schema", {}),
    ("openapi", "1", "/openapi.json", {}),
]  # fmt: skip


def body(name: str) -> bytes:
    """One example, as it was written."""
    return (FOLDER / f"{name}.json").read_bytes()


def routes() -> dict[str, list[tuple[Query, bytes]]]:
    """Everything that a plain server gives out."""
    answers: dict[str, list[tuple[Query, bytes]]] = {}
    for name, _, path, query in EXAMPLES:
        answers.setdefault(path, []).append((query, body(name)))
    return answers
