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
    alerts = tgp.find_negative_alerts(comments, min_comments=1, share_pct=1.0)
    settled = ledger["accruals"][ledger["accruals"]["status"].astype(str).str.lower() == "paid"]
    may = {"dates": "2026-05", "timezone": ZONE}
    return {
        "accrue": due,
        "audit_payouts": tgp.audit_payouts(due, **ledger, videos=world["videos"]),
        "backtest_goal_odds": forecasts,
        "plan_budget": tgp.plan_budget(**ledger, forecast=forecast, as_of=NOON, timezone=ZONE),
        "backtest_payouts": tgp.backtest_payouts(
            **terms, **reached, goals=goals, days=["2026-05-20"], timezone=ZONE
        ),
        "calibrate_goal_odds": tgp.calibrate_goal_odds(forecasts),
        "campaign_members": tgp.campaign_members(
            world["campaigns"], creators=world["creators"], videos=world["videos"]
        ),
        "combine_loads": tgp.combine_loads(world["videos"], world["videos"]),
        "comments_of_campaigns": tgp.comments_of_campaigns(
            comments, world["campaigns"], world["campaigns"]["id"]
        ),
        "compare_sentiment_modes": tgp.compare_sentiment_modes(comments),
        "add_missing_days": tgp.add_missing_days(daily),
        "cost_per_engagement": tgp.cost_per_engagement(ledger["accruals"], daily),
        "count_sentiment_words": tgp.count_sentiment_words(comments),
        "diff": tgp.diff(world["videos"], edited),
        "effective_cpm": tgp.effective_cpm(ledger["accruals"], daily),
        "engagement": tgp.engagement(world["videos"]),
        "evaluate_goals": tgp.evaluate_goals(goals, **days),
        "find_negative_alerts": alerts,
        "infer_rule_versions": tgp.infer_rule_versions(
            terms["structures"].sort_values("version").drop_duplicates("id", keep="last"),
            ledger["accruals"],
        ),
        "explain_change": tgp.explain_change(daily, world["videos"], **may),
        "explain_comment": tgp.explain_comment("not bad, love it"),
        "forecast_payouts": forecast,
        "goal_history": tgp.goal_history(goals, **days),
        "goal_odds": tgp.goal_odds(goals, **days),
        "growth": tgp.growth(daily),
        "resample": tgp.resample(daily, "month"),
        "leaderboard": tgp.leaderboard(world["videos"]),
        "payout_entries": tgp.payout_entries(**ledger),
        "mark_not_started": tgp.mark_not_started(goals),
        "outstanding_balances": tgp.outstanding_balances(**ledger, as_of=NOON),
        "paid_by_year": tgp.paid_by_year(ledger["payments"], timezone=ZONE),
        "payments_for": tgp.payments_for(settled, **ledger),
        "payout_timeline": tgp.payout_timeline(**ledger),
        "rank_creators_by_sentiment": tgp.rank_creators_by_sentiment(comments, min_comments=1),
        "score_comments": tgp.score_comments(comments),
        "goal_odds_skill": tgp.goal_odds_skill(forecasts),
        "score_texts": tgp.score_texts(comments["text"]),
        "search_comments": tgp.search_comments(comments, "love"),
        "sentiment_trend": tgp.sentiment_trend(comments),
        "show_alert_evidence": tgp.show_alert_evidence(comments, alerts),
        "summarize_compliance": tgp.summarize_compliance(goals, by="creator"),
        "summarize_compliance of projects": tgp.summarize_compliance(goals),
        "summarize_creators": tgp.summarize_creators(world["creators"], world["videos"], goals),
        "summarize_payouts": tgp.summarize_payouts(**ledger),
        "summarize_payouts by structure": tgp.summarize_payouts(**ledger, by="structure"),
        "summarize_sentiment": tgp.summarize_sentiment(comments, ["creator_id", "video_id"]),
        "to_wide": tgp.to_wide(daily, "views"),
        "what_if": tgp.what_if(
            flat, mine, {flat["id"].iloc[0]: {"amount_cents": 1}}, creators=world["creators"], **may
        ),
        "who_to_nudge": tgp.who_to_nudge(goals, now=NOON),
        "will_miss": tgp.will_miss(goals, **days),
    }
