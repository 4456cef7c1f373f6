"""What each public helper returns for the demo program, as one list to test laws over."""

from __future__ import annotations

import functools
from typing import Any

import pandas as pd

import trackagoat_pandas as tgp
from tests.payout_frames import NOON, ZONE, load_world

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
    may = {"dates": "2026-05", "timezone": ZONE}
    return {
        "accrue": due,
        "audit_payouts": tgp.audit_payouts(due, **ledger, videos=world["videos"]),
        "backtest_goal_odds": forecasts,
        "budget": tgp.budget(**ledger, forecast=forecast, as_of=NOON, timezone=ZONE),
        "calibrate_goal_odds": tgp.calibrate_goal_odds(forecasts),
        "campaign_members": tgp.campaign_members(
            world["campaigns"], creators=world["creators"], videos=world["videos"]
        ),
        "compare_sentiment_modes": tgp.compare_sentiment_modes(comments),
        "cost_per_engagement": tgp.cost_per_engagement(ledger["accruals"], daily),
        "count_sentiment_words": tgp.count_sentiment_words(comments),
        "diff": tgp.diff(world["videos"], edited),
        "effective_cpm": tgp.effective_cpm(ledger["accruals"], daily),
        "find_negative_alerts": tgp.find_negative_alerts(comments, minimum=1, share_pct=1.0),
        "infer_rule_versions": tgp.infer_rule_versions(
            terms["structures"].sort_values("version").drop_duplicates("id", keep="last"),
            ledger["accruals"],
        ),
        "explain_change": tgp.explain_change(daily, world["videos"], **may),
        "forecast_payouts": forecast,
        "goal_history": tgp.goal_history(goals, **days),
        "list_entries": tgp.list_entries(**ledger),
        "outstanding_balances": tgp.outstanding_balances(**ledger, as_of=NOON),
        "paid_by_year": tgp.paid_by_year(ledger["payments"], timezone=ZONE),
        "payout_timeline": tgp.payout_timeline(**ledger),
        "rank_creators_by_sentiment": tgp.rank_creators_by_sentiment(comments, minimum=1),
        "score_goal_odds": tgp.score_goal_odds(forecasts),
        "sentiment_trend": tgp.sentiment_trend(comments),
        "summarize_compliance": tgp.summarize_compliance(goals, by="creator"),
        "summarize_compliance of projects": tgp.summarize_compliance(goals),
        "summarize_creators": tgp.summarize_creators(world["creators"], world["videos"], goals),
        "summarize_payouts": tgp.summarize_payouts(**ledger),
        "summarize_payouts by structure": tgp.summarize_payouts(**ledger, by="structure"),
        "summarize_sentiment": tgp.summarize_sentiment(comments, ["creator_id", "video_id"]),
        "what_if": tgp.what_if(
            flat, mine, {flat["id"].iloc[0]: {"amount_cents": 1}}, creators=world["creators"], **may
        ),
        "will_miss": tgp.will_miss(goals, **days),
    }
