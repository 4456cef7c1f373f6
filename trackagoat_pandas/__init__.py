"""TrackaGoat creator programs as pandas DataFrames.

``import trackagoat_pandas as tgp``, then ``tgp.connect(...)`` once, then ``tgp.load_...`` for
frames and ``frame.goat`` for what can be asked of them. ``tgp.describe("videos")`` says what a
frame's columns mean. Everything but the accessor is imported when it is first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from trackagoat_pandas import accessor  # noqa: F401 - registers df.goat
from trackagoat_pandas._homes import HOMES

if TYPE_CHECKING:
    from trackagoat_pandas import actions, errors, plots, widgets
    from trackagoat_pandas.connecting import connect
    from trackagoat_pandas.contract.check import check_contract
    from trackagoat_pandas.dates import DateRange
    from trackagoat_pandas.errors import TrackaGoatError, TrackaGoatWarning
    from trackagoat_pandas.frames.dictionary import describe
    from trackagoat_pandas.helpers.campaigns import campaign_members, comments_of_campaigns
    from trackagoat_pandas.helpers.completion import complete_days
    from trackagoat_pandas.helpers.creators import summarize_creators
    from trackagoat_pandas.helpers.edits import diff
    from trackagoat_pandas.helpers.engagement import engagement
    from trackagoat_pandas.helpers.goals.backtest import backtest_goal_odds
    from trackagoat_pandas.helpers.goals.calibration import calibrate_goal_odds, score_goal_odds
    from trackagoat_pandas.helpers.goals.compliance import summarize_compliance
    from trackagoat_pandas.helpers.goals.evaluation import evaluate_goals
    from trackagoat_pandas.helpers.goals.history import goal_history
    from trackagoat_pandas.helpers.goals.nudges import who_to_nudge
    from trackagoat_pandas.helpers.goals.odds import goal_odds
    from trackagoat_pandas.helpers.goals.reading import mark_not_started
    from trackagoat_pandas.helpers.granularity import compared_days, in_buckets
    from trackagoat_pandas.helpers.growth import growth
    from trackagoat_pandas.helpers.latest import combine_loads
    from trackagoat_pandas.helpers.leaderboard import leaderboard
    from trackagoat_pandas.helpers.names import with_names
    from trackagoat_pandas.helpers.payouts.accrual import accrue
    from trackagoat_pandas.helpers.payouts.audit import audit_payouts
    from trackagoat_pandas.helpers.payouts.balances import outstanding_balances
    from trackagoat_pandas.helpers.payouts.costs import cost_per_engagement, effective_cpm
    from trackagoat_pandas.helpers.payouts.entries import accrual_days, list_entries, payments_for
    from trackagoat_pandas.helpers.payouts.forecast import forecast_payouts
    from trackagoat_pandas.helpers.payouts.money import to_money
    from trackagoat_pandas.helpers.payouts.summaries import summarize_payouts
    from trackagoat_pandas.helpers.payouts.timeline import payout_timeline
    from trackagoat_pandas.helpers.sentiment.alerts import find_negative_alerts, show_alert_evidence
    from trackagoat_pandas.helpers.sentiment.explaining import (
        count_sentiment_words,
        explain_comment,
    )
    from trackagoat_pandas.helpers.sentiment.modes import compare_sentiment_modes
    from trackagoat_pandas.helpers.sentiment.rankings import rank_creators_by_sentiment
    from trackagoat_pandas.helpers.sentiment.scoring import score_comments, score_texts
    from trackagoat_pandas.helpers.sentiment.searching import search_comments
    from trackagoat_pandas.helpers.sentiment.summaries import summarize_sentiment
    from trackagoat_pandas.helpers.sentiment.trends import sentiment_trend
    from trackagoat_pandas.helpers.shapes import to_wide
    from trackagoat_pandas.http.client import Client
    from trackagoat_pandas.load.analytics import load_analytics
    from trackagoat_pandas.load.anything import load_data_model, load_path
    from trackagoat_pandas.load.comments import load_comments
    from trackagoat_pandas.load.goals import load_goal_compliance
    from trackagoat_pandas.load.payouts import (
        load_payout_accruals,
        load_payout_assignments,
        load_payout_methods,
        load_payout_payments,
        load_payout_structures,
    )
    from trackagoat_pandas.load.reports import load_report
    from trackagoat_pandas.load.resources import (
        load_annotations,
        load_campaigns,
        load_creators,
        load_projects,
        load_videos,
    )
    from trackagoat_pandas.sandbox import sandbox

__version__ = "0.1.0"

_MODULES = ("actions", "errors", "plots", "sandbox", "widgets")

__all__ = [
    "Client",
    "DateRange",
    "TrackaGoatError",
    "TrackaGoatWarning",
    "accrual_days",
    "accrue",
    "actions",
    "audit_payouts",
    "backtest_goal_odds",
    "calibrate_goal_odds",
    "campaign_members",
    "check_contract",
    "combine_loads",
    "comments_of_campaigns",
    "compare_sentiment_modes",
    "compared_days",
    "complete_days",
    "connect",
    "cost_per_engagement",
    "count_sentiment_words",
    "describe",
    "diff",
    "effective_cpm",
    "engagement",
    "errors",
    "evaluate_goals",
    "explain_comment",
    "find_negative_alerts",
    "forecast_payouts",
    "goal_history",
    "goal_odds",
    "growth",
    "in_buckets",
    "leaderboard",
    "list_entries",
    "load_analytics",
    "load_annotations",
    "load_campaigns",
    "load_comments",
    "load_creators",
    "load_data_model",
    "load_goal_compliance",
    "load_path",
    "load_payout_accruals",
    "load_payout_assignments",
    "load_payout_methods",
    "load_payout_payments",
    "load_payout_structures",
    "load_projects",
    "load_report",
    "load_videos",
    "mark_not_started",
    "outstanding_balances",
    "payments_for",
    "payout_timeline",
    "plots",
    "rank_creators_by_sentiment",
    "sandbox",
    "score_comments",
    "score_goal_odds",
    "score_texts",
    "search_comments",
    "sentiment_trend",
    "show_alert_evidence",
    "summarize_compliance",
    "summarize_creators",
    "summarize_payouts",
    "summarize_sentiment",
    "to_money",
    "to_wide",
    "who_to_nudge",
    "widgets",
    "with_names",
]


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return importlib.import_module(f"{__name__}.{name}")
    if name not in HOMES:
        from trackagoat_pandas.errors import UnknownNameError

        raise UnknownNameError(__name__, name, __all__)
    value = getattr(importlib.import_module(f"{__name__}.{HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
