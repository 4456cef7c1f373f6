"""The results of helpers about campaigns, similar creators, health and luck: their columns."""

from __future__ import annotations

from trackagoat_pandas.tables.model import Column, ResultTable, maybe
from trackagoat_pandas.tables.vocabulary import result

PROGRAM_RESULTS: tuple[ResultTable, ...] = (
    # Campaigns: who is in them, and how they do
    # Campaigns: what they added
    # Creators who are alike
    # How a program does
    result("program_health", "one part of a program", title="Program health: {status}",
        optional=("score",), columns=(
        "status part:category",
        Column("score", "float", "The points of the whole, of 100."),
        "share:int?",
        maybe("since", "day", "The first day of a bad or watched status."),
        "advice evidence",
        Column("code", "text", "The line of Python that shows more.", role="long"),
    )),
    # Skill or luck
)  # fmt: skip
