"""What each public helper returns for the demo program, as one list to test laws over."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import pandas as pd

import trackagoat_pandas as tgp
from tests.support.payout_frames import NOON, ZONE, load_world

PROJECT = "Summer Launch"


@functools.cache
def demo_frames(box: Any) -> dict[str, pd.DataFrame]:
    """Load the demo program's frames, each under the name that helpers' arguments have."""
    with tgp.connect(box.key, base_url=box.base_url, rate_limit=None, progress=False) as client:
        campaigns = tgp.load_campaigns(client=client)
        return load_world(box) | {
            "projects": tgp.load_projects(client=client),
            "creators": tgp.load_creators(client=client),
            "campaigns": campaigns,
            "comments": tgp.load_comments(PROJECT, client=client),
        }


@functools.cache
def demo_results(box: Any) -> dict[str, pd.DataFrame]:
    """Call every public helper that returns a frame of its own."""
    return results_of(demo_frames(box))


def results_of(world: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Call every public helper with the frames of a world."""
    return {name: call() for name, call in calls_of(world).items()}


def scored_forecasts(videos: pd.DataFrame) -> pd.DataFrame:
    """Forecasts of all posts as a store scores them."""
    posts = videos.dropna(subset=["posted_at"]).reset_index(drop=True)
    return pd.DataFrame(
        {
            "forecast_kind": "expected_views",
            "about_id": posts["id"],
            "creator_id": posts["creator_id"],
            "made_at": posts["posted_at"] + pd.Timedelta(days=1),
            "settles_at": posts["posted_at"] + pd.Timedelta(days=7),
            "is_inside": posts.index % 5 > 0,
        }
    )


def calls_of(world: dict[str, pd.DataFrame]) -> dict[str, Callable[[], pd.DataFrame]]:
    """Return a call of every public helper with the frames of a world."""
    comments, goals, daily = world["comments"], world["goals"], world["analytics"]
    ledger = {"accruals": world["accruals"], "payments": world["payments"]}
    terms = {"structures": world["structures"], "assignments": world["assignments"]}
    reached = {"videos": world["videos"], "analytics": daily}
    due = tgp.accrue(**terms, **reached, goals=goals, until=NOON, timezone=ZONE)
    days = {**reached, "now": NOON, "timezone": ZONE}
    forecasts = tgp.backtest_goal_odds(goals, **days)
    edited = world["videos"].assign(title="new")
    forecast = tgp.forecast_payouts(**terms, **reached, goals=goals, as_of=NOON, timezone=ZONE)
    flat = terms["structures"][terms["structures"]["kind"].astype(str).str.lower() == "recurring"]
    mine = terms["assignments"][terms["assignments"]["structure_id"].isin(flat["id"])]
    alerts = tgp.find_negative_alerts(comments, min_comments=1, share_pct=1.0)
    settled = ledger["accruals"][ledger["accruals"]["status"].astype(str).str.lower() == "paid"]
    may = {"dates": "2026-05", "timezone": ZONE}
    posters = world["videos"]["creator_id"].dropna().astype(str).sort_values().unique()
    campaign = {"members": posters[:5], "since": "2026-05-05", "timezone": ZONE, "now": NOON}
    plan = tgp.plan_campaign(
        world["creators"], world["videos"], weeks=4, seed=7, now=NOON, timezone=ZONE
    )
    return {
        "accrue": lambda: due,
        "audit_payouts": lambda: tgp.audit_payouts(due, **ledger, videos=world["videos"]),
        "backtest_goal_odds": lambda: forecasts,
        "plan_budget": lambda: tgp.plan_budget(
            **ledger, forecast=forecast, as_of=NOON, timezone=ZONE
        ),
        "backtest_payouts": lambda: tgp.backtest_payouts(
            **terms, **reached, goals=goals, days=["2026-05-20"], timezone=ZONE
        ),
        "calibrate_goal_odds": lambda: tgp.calibrate_goal_odds(forecasts),
        "campaign_members": lambda: tgp.campaign_members(
            world["campaigns"], creators=world["creators"], videos=world["videos"]
        ),
        "campaign_tree": lambda: tgp.campaign_tree(world["campaigns"]),
        "campaign_videos": lambda: tgp.campaign_videos(world["campaigns"], world["videos"]),
        "summarize_campaigns": lambda: tgp.summarize_campaigns(
            world["campaigns"], world["videos"], accruals=ledger["accruals"]
        ),
        "member_overlap": lambda: tgp.member_overlap(world["campaigns"], world["videos"]),
        "compare_campaigns": lambda: tgp.compare_campaigns(
            world["campaigns"], world["videos"], *[*world["campaigns"]["id"], "none", "no"][:2]
        ),
        "combine_loads": lambda: tgp.combine_loads(world["videos"], world["videos"]),
        "comments_of_campaigns": lambda: tgp.comments_of_campaigns(
            comments, world["campaigns"], world["campaigns"]["id"]
        ),
        "compare_sentiment_modes": lambda: tgp.compare_sentiment_modes(comments),
        "add_missing_days": lambda: tgp.add_missing_days(daily),
        "cost_per_engagement": lambda: tgp.cost_per_engagement(ledger["accruals"], daily),
        "count_sentiment_words": lambda: tgp.count_sentiment_words(comments),
        "diff": lambda: tgp.diff(world["videos"], edited),
        "effective_cpm": lambda: tgp.effective_cpm(ledger["accruals"], daily),
        "engagement": lambda: tgp.engagement(world["videos"]),
        "evaluate_goals": lambda: tgp.evaluate_goals(goals, **days),
        "find_negative_alerts": lambda: alerts,
        "infer_rule_versions": lambda: tgp.infer_rule_versions(
            terms["structures"].sort_values("version").drop_duplicates("id", keep="last"),
            ledger["accruals"],
        ),
        "explain_change": lambda: tgp.explain_change(daily, world["videos"], **may),
        "explain_comment": lambda: tgp.explain_comment("not bad, love it"),
        "forecast_payouts": lambda: forecast,
        "goal_history": lambda: tgp.goal_history(goals, **days),
        "goal_odds": lambda: tgp.goal_odds(goals, **days),
        "growth": lambda: tgp.growth(daily),
        "resample": lambda: tgp.resample(daily, "month"),
        "leaderboard": lambda: tgp.leaderboard(world["videos"]),
        "payout_entries": lambda: tgp.payout_entries(**ledger),
        "mark_not_started": lambda: tgp.mark_not_started(goals),
        "rank_goals": lambda: tgp.rank_goals(goals),
        "outstanding_balances": lambda: tgp.outstanding_balances(**ledger, as_of=NOON),
        "paid_by_year": lambda: tgp.paid_by_year(ledger["payments"], timezone=ZONE),
        "payments_for": lambda: tgp.payments_for(settled, **ledger),
        "payout_timeline": lambda: tgp.payout_timeline(**ledger),
        "posting_heatmap": lambda: tgp.posting_heatmap(world["videos"], timezone=ZONE),
        "posting_consistency": lambda: tgp.posting_consistency(
            world["videos"], creators=world["creators"], timezone=ZONE
        ),
        "posting_silences": lambda: tgp.posting_silences(
            world["videos"], world["creators"], now=NOON, timezone=ZONE
        ),
        "content_calendar": lambda: tgp.content_calendar(
            world["videos"], creators=world["creators"], **may
        ),
        "inbox": lambda: tgp.inbox(world["videos"], now=NOON),
        "check_posts": lambda: tgp.check_posts(
            world["videos"], required=["#ad"], forbidden=["goat cheese"]
        ),
        "suggest_posting_times": lambda: tgp.suggest_posting_times(
            world["videos"], daily, timezone=ZONE
        ),
        "suggest_posting_times by creator": lambda: tgp.suggest_posting_times(
            world["videos"], daily, by="creator", timezone=ZONE
        ),
        "program_health": lambda: tgp.program_health(
            **reached,
            **ledger,
            goals=goals,
            comments=comments,
            creators=world["creators"],
            now=NOON,
            timezone=ZONE,
            score=True,
        ),
        "check_data": lambda: tgp.check_data(
            **reached,
            **ledger,
            goals=goals,
            comments=comments,
            creators=world["creators"],
            now=NOON,
            timezone=ZONE,
        ),
        "rank_programs": lambda: tgp.rank_programs(
            {
                name: tgp.program_health(
                    videos=world["videos"], now=NOON, timezone=ZONE, parts=["over-posting", part]
                )
                for name, part in (("Spring", "cadence"), ("Summer", "cadence"))
            }
        ),
        "posting_cost": lambda: tgp.posting_cost(world["videos"], daily, timezone=ZONE),
        "campaign_lift": lambda: tgp.campaign_lift(world["videos"], **campaign),
        "lift_weeks": lambda: tgp.lift_weeks(world["videos"], **campaign),
        "lift_placebos": lambda: tgp.lift_placebos(world["videos"], **campaign),
        "plan_campaign": lambda: plan,
        "visible_effects": lambda: tgp.visible_effects(
            world["creators"], world["videos"], now=NOON, timezone=ZONE
        ),
        "read_campaign": lambda: tgp.read_campaign(
            plan.assign(since=pd.Timestamp("2026-05-11")),
            world["videos"],
            now=NOON,
            timezone=ZONE,
        ),
        "find_overposting": lambda: tgp.find_overposting(world["videos"], timezone=ZONE),
        "find_outliers": lambda: tgp.find_outliers(world["videos"]),
        "view_quality": lambda: tgp.view_quality(world["videos"]),
        "view_distribution": lambda: tgp.view_distribution(world["videos"], by="creator"),
        "reliability": lambda: tgp.reliability(world["videos"]),
        "rank_creators": lambda: tgp.rank_creators(world["videos"]),
        "payout_luck": lambda: tgp.payout_luck(ledger["accruals"], world["videos"], timezone=ZONE),
        "follow_post": lambda: tgp.follow_post(
            world["videos"],
            next(iter(world["videos"]["id"]), "none"),
            daily,
            timezone=ZONE,
            now=NOON,
        ),
        "expected_views": lambda: tgp.expected_views(
            world["videos"], daily, timezone=ZONE, now=NOON
        ),
        "backtest_expected_views": lambda: tgp.backtest_expected_views(
            world["videos"], daily, horizon_days=7, timezone=ZONE
        ),
        "life_curves": lambda: tgp.life_curves(world["videos"], daily, timezone=ZONE),
        "settle_curve": lambda: tgp.settle_curve(world["videos"], daily, timezone=ZONE),
        "rank_creators_by_sentiment": lambda: tgp.rank_creators_by_sentiment(
            comments, min_comments=1
        ),
        "score_comments": lambda: tgp.score_comments(comments),
        "forecast_coverage": lambda: tgp.forecast_coverage(scored_forecasts(world["videos"])),
        "goal_odds_skill": lambda: tgp.goal_odds_skill(forecasts),
        "score_texts": lambda: tgp.score_texts(comments["text"]),
        "search_comments": lambda: tgp.search_comments(comments, "love"),
        "sentiment_trend": lambda: tgp.sentiment_trend(comments),
        "show_alert_evidence": lambda: tgp.show_alert_evidence(comments, alerts),
        "summarize_compliance": lambda: tgp.summarize_compliance(goals, by="creator"),
        "summarize_compliance of projects": lambda: tgp.summarize_compliance(goals),
        "accounts": lambda: tgp.accounts(world["creators"], world["videos"]),
        "summarize_creators": lambda: tgp.summarize_creators(
            world["creators"], world["videos"], goals
        ),
        "similar_creators": lambda: tgp.similar_creators(
            world["creators"],
            world["videos"],
            to=next(iter(world["creators"]["id"]), "none"),
            timezone=ZONE,
        ),
        "creator_pools": lambda: tgp.creator_pools(
            world["creators"], world["videos"], timezone=ZONE
        ),
        "summarize_payouts": lambda: tgp.summarize_payouts(**ledger),
        "summarize_payouts by structure": lambda: tgp.summarize_payouts(**ledger, by="structure"),
        "summarize_sentiment": lambda: tgp.summarize_sentiment(
            comments, ["creator_id", "video_id"]
        ),
        "summarize_analytics": lambda: tgp.summarize_analytics(daily),
        "to_wide": lambda: tgp.to_wide(daily, "views"),
        "what_if": lambda: tgp.what_if(
            flat,
            mine,
            {id_: {"amount_cents": 1} for id_ in flat["id"].head(1)},
            creators=world["creators"],
            **may,
        ),
        "who_to_nudge": lambda: tgp.who_to_nudge(goals, now=NOON),
        "will_miss": lambda: tgp.will_miss(goals, **days),
    }
