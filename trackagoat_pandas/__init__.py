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
    from trackagoat_pandas.helpers.completion import complete_days
    from trackagoat_pandas.helpers.creators import summarize_creators
    from trackagoat_pandas.helpers.edits import diff
    from trackagoat_pandas.helpers.engagement import engagement
    from trackagoat_pandas.helpers.goals.backtest import (
        backtest_goal_odds,
        calibrate_goal_odds,
        score_goal_odds,
    )
    from trackagoat_pandas.helpers.goals.compliance import summarize_compliance
    from trackagoat_pandas.helpers.goals.evaluation import evaluate_goals, goal_history
    from trackagoat_pandas.helpers.goals.nudges import who_to_nudge
    from trackagoat_pandas.helpers.goals.odds import goal_odds
    from trackagoat_pandas.helpers.growth import growth
    from trackagoat_pandas.helpers.latest import combine_loads
    from trackagoat_pandas.helpers.leaderboard import leaderboard
    from trackagoat_pandas.helpers.names import with_names
    from trackagoat_pandas.helpers.payouts.accrual import accrue
    from trackagoat_pandas.helpers.payouts.audit import audit_payouts
    from trackagoat_pandas.helpers.payouts.costs import cost_per_engagement, effective_cpm
    from trackagoat_pandas.helpers.payouts.forecast import forecast_payouts
    from trackagoat_pandas.helpers.payouts.money import to_money
    from trackagoat_pandas.helpers.payouts.summaries import (
        outstanding_balances,
        payout_timeline,
        summarize_payouts,
    )
    from trackagoat_pandas.helpers.sentiment.explaining import (
        count_sentiment_words,
        explain_comment,
    )
    from trackagoat_pandas.helpers.sentiment.scoring import (
        compare_sentiment_modes,
        score_comments,
        score_texts,
    )
    from trackagoat_pandas.helpers.sentiment.searching import search_comments
    from trackagoat_pandas.helpers.sentiment.summaries import (
        find_negative_alerts,
        rank_creators_by_sentiment,
        sentiment_trend,
        show_alert_evidence,
        summarize_sentiment,
    )
    from trackagoat_pandas.helpers.wide import to_wide
    from trackagoat_pandas.http.client import Client
    from trackagoat_pandas.load.analytics import load_analytics
    from trackagoat_pandas.load.comments import load_comments
    from trackagoat_pandas.load.paths import load_data_model, load_path
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
        load_goal_compliance,
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
    "accrue",
    "actions",
    "audit_payouts",
    "backtest_goal_odds",
    "calibrate_goal_odds",
    "check_contract",
    "combine_loads",
    "compare_sentiment_modes",
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
    "leaderboard",
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
    "outstanding_balances",
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
