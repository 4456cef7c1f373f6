"""The results of the watch, and of checking a report: their columns."""

from __future__ import annotations

from trackagoat_pandas.tables.model import Column, ResultTable, maybe
from trackagoat_pandas.tables.vocabulary import result
from trackagoat_pandas.tables.watch_words import ALERT_STATES

WATCH_RESULTS: tuple[ResultTable, ...] = (
    result("watch", "one alert", title="Alerts", columns=(
        "rule tiktok_handle title project_name? period:text entity",
        Column("state", "category", "How it stands.", categories=ALERT_STATES, role="standing"),
        Column("is_new", "bool", "True for what this run announces."),
        "since:instant entity_id project_id key sentence evidence",
    )),
    result("backtest_watch", "one alert that would have been announced",
        title="What the watch would have fired", columns=(
        "rule tiktok_handle title project_name? period:text entity",
        Column("fired_at", "instant", "The moment of the run that announced it."),
        maybe("resolved_at", "instant", "The moment of the run by which it was over."),
        "since:instant entity_id project_id key sentence evidence",
    )),
    result("verify_report", "one number of the report, or the page around them",
        title="Is the report still right?", columns=(
        "status",
        Column("section", "text", "The section that it is in.", nullable=True),
        Column("written", "text", "As the page has it.", nullable=True),
        Column("at_moment", "text", "As the store derives it for the report's moment.",
            nullable=True),
        Column("today", "text", "By what the store knows now, if that is another value.",
            nullable=True),
        "key code",
    )),
)  # fmt: skip
