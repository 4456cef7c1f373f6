"""TrackaGoat creator programs as pandas DataFrames.

``import trackagoat_pandas as tgp``, then ``tgp.connect(...)`` once, then ``tgp.load_...`` for
frames and ``frame.goat`` for what can be asked of them. ``tgp.describe("videos")`` tells what a
frame's columns mean. Everything but the accessor is imported when it is first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from trackagoat_pandas import accessor  # noqa: F401 - registers df.goat

if TYPE_CHECKING:
    from trackagoat_pandas import errors, plots
    from trackagoat_pandas.connecting import connect
    from trackagoat_pandas.dates import DateRange
    from trackagoat_pandas.errors import TrackaGoatError, TrackaGoatWarning
    from trackagoat_pandas.frames.dictionary import describe
    from trackagoat_pandas.helpers.creators import summarize_creators
    from trackagoat_pandas.helpers.engagement import engagement
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

_HOMES = {
    "Client": "http.client",
    "DateRange": "dates",
    "TrackaGoatError": "errors",
    "TrackaGoatWarning": "errors",
    "connect": "connecting",
    "describe": "frames.dictionary",
    "engagement": "helpers.engagement",
    "load_analytics": "load.analytics",
    "load_annotations": "load.resources",
    "load_campaigns": "load.resources",
    "load_comments": "load.comments",
    "load_creators": "load.resources",
    "load_data_model": "load.anything",
    "load_goal_compliance": "load.goals",
    "load_path": "load.anything",
    "load_payout_accruals": "load.payouts",
    "load_payout_assignments": "load.payouts",
    "load_payout_methods": "load.payouts",
    "load_payout_payments": "load.payouts",
    "load_payout_structures": "load.payouts",
    "load_projects": "load.resources",
    "load_report": "load.reports",
    "load_videos": "load.resources",
    "summarize_creators": "helpers.creators",
}
_MODULES = ("errors", "plots", "sandbox")

__all__ = [
    "Client",
    "DateRange",
    "TrackaGoatError",
    "TrackaGoatWarning",
    "connect",
    "describe",
    "engagement",
    "errors",
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
    "plots",
    "sandbox",
    "summarize_creators",
]


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return importlib.import_module(f"{__name__}.{name}")
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
