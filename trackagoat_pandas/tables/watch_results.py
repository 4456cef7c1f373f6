"""The results of the watch: their columns."""

from __future__ import annotations

from typing import Final

from trackagoat_pandas.tables.model import Column, ResultTable, id_, maybe
from trackagoat_pandas.tables.vocabulary import result

WATCH_RULES: Final = (
    "goal_at_risk", "negative_comments", "breakout", "views_collapse", "views_taken_back",
    "overposting", "payout_finding", "budget_pace", "stale_data", "missing_tag", "forecast_misses",
)  # fmt: skip
ALERT_STATES: Final = ("pending", "firing", "resolved")
ALERT_ENTITIES: Final = ("program", "creator", "video", "goal", "payment", "accrual")
_RULE = Column("rule", "category", "The rule.", categories=WATCH_RULES, role="name")
_ABOUT = (
    Column("sentence", "text", "What was found, with names and numbers.", role="long"),
    Column("evidence", "text", "A line of Python that shows it.", role="long"),
    Column("period", "text", "Such as 2026-W25 or 2026-06; empty if it is of no period."),
    Column("entity", "category", "What it is about.", categories=ALERT_ENTITIES),
    id_("entity_id", doc="Its id."),
    "project_id",
    Column("key", "text", "The alert's identity: the same rule, thing and period.", role="id"),
)
WATCH_RESULTS: tuple[ResultTable, ...] = (
    result("watch", "one alert", title="Alerts", columns=(
        _RULE,
        "tiktok_handle title project_name?",
        Column("state", "category", "How it stands.", categories=ALERT_STATES, role="standing"),
        Column("is_new", "bool", "True for what this run announces."),
        Column("since", "instant", "When it was first seen to hold."),
        *_ABOUT,
    )),
    result("backtest_watch", "one alert that would have been announced",
        title="What the watch would have fired", columns=(
        _RULE,
        "tiktok_handle title project_name?",
        Column("fired_at", "instant", "The moment of the run that announced it."),
        maybe("resolved_at", "instant", "The moment of the run by which it was over."),
        Column("since", "instant", "When it was first seen to hold."),
        *_ABOUT,
    )),
)  # fmt: skip
