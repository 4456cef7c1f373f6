"""Write a report of a program's frames: its sections, and the sentences of its first screen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Final, Literal

import pandas as pd

from trackagoat_pandas.asking.script import chosen
from trackagoat_pandas.asking.sentences import Drawing, Number, Sentence
from trackagoat_pandas.helpers.columns import days_of, flags_of
from trackagoat_pandas.helpers.granularity import day_text
from trackagoat_pandas.plots.trend import trend as plot_trend
from trackagoat_pandas.program.frames import ProgramData
from trackagoat_pandas.program.weeks import Week, week_of
from trackagoat_pandas.reporting.document import Document, Section
from trackagoat_pandas.reporting.narrowing import CAMPAIGN_SECTIONS, narrowed
from trackagoat_pandas.reporting.sections import SECTIONS, check_section
from trackagoat_pandas.showing.cells import one_line
from trackagoat_pandas.store.store import Store

_FIRST: Final[tuple[tuple[str, ...], ...]] = (
    ("views",),
    ("goals",),
    ("payouts",),
    ("comments", "breakouts"),
    ("health", "data"),
)
"""The sections of the five first sentences; of two, the second stands in for the first."""
_FIRST_OF_CAMPAIGN: Final[tuple[tuple[str, ...], ...]] = (
    ("campaigns",),
    ("breakouts",),
    ("comments",),
)
"""The sections of the first sentences of a report about one campaign."""
_PAST: Final = pd.Timedelta(days=28)
"""The days of the first picture, so that the week stands beside the three before it."""


def document_of(
    program: ProgramData,
    *,
    sections: Iterable[str] | None = None,
    title: str | None = None,
    campaign: str | None = None,
    store: Store | None = None,
    source: Literal["store", "live"] = "live",
    arguments: Mapping[str, object] | None = None,
    moments: Mapping[str, pd.Timestamp] | None = None,
) -> Document:
    """Write a report of a program's frames; the same frames give the same document.

    Parameters
    ----------
    program
        The frames.
    sections
        The names of the sections to write; by default all.
    title
        The report's title; by default the project's name.
    campaign
        The id or name of the only campaign that it is about; None for the whole program.
    store
        The store that the frames are from, which knows what has been restated.
    source, arguments
        Those of the document.
    moments
        The moments of sections by name, for those written as of an earlier one than the program;
        by default they follow from the frames.

    Raises
    ------
    ChoiceError, ArgumentTypeError
        There is no section of a name.
    UnknownCampaignError, AmbiguousCampaignError
        No campaign has the name, or several have it.
    """
    names, first, known = _names(sections), _FIRST, moments or {}
    if campaign is not None:
        program, store = narrowed(program, campaign), None
        names, first = names & {*CAMPAIGN_SECTIONS}, _FIRST_OF_CAMPAIGN
    written = [
        write(program, store, known.get(name)) for name, write in SECTIONS.items() if name in names
    ]
    week = week_of(program)
    name = one_line(program.name)
    return Document(
        title or f"{name}: weekly report", name, program.project_id, program.moment,
        program.zone, week.text, _first(written, first), _picture(program, week), written, source,
        {**(arguments or {})},
    )  # fmt: skip


def _names(sections: Iterable[str] | None) -> set[str]:
    if sections is None:
        return {*SECTIONS}
    named = [sections] if isinstance(sections, str) else [*sections]
    return {check_section(one, [*SECTIONS]) for one in named}


def _first(written: Iterable[Section], first: Iterable[tuple[str, ...]]) -> list[Sentence]:
    """Return the first sentences: the first one of some sections, or why there is none."""
    by_name = {one.name: one for one in written}
    return [_sentence([by_name.get(name) for name in names], names[0]) for names in first]


def _sentence(sections: list[Section | None], name: str) -> Sentence:
    there = [one for one in sections if one is not None]
    for one in sorted([one for one in there if one.sentences], key=_is_calm):
        return one.sentences[0]
    if there:
        return [f"{there[0].title}: nothing can be said. {there[0].reason}"]
    return [f"This report leaves out the section on {name}."]


def _is_calm(section: Section) -> bool:
    """Whether a section begins with a count of 0, as that of the posts under fire."""
    counts = [part for part in section.sentences[0] if isinstance(part, Number)]
    return section.name == "comments" and not any(
        one.value for one in counts if one.key == "comments.alerts"
    )


def _picture(program: ProgramData, week: Week) -> Drawing | None:
    """Draw the program's views by day in the last four weeks; None without daily views."""
    if "analytics" not in program.frames:
        return None
    series = program.frames["analytics"].value
    days = pd.Series(days_of(series["date"]), series.index)
    last = pd.Timestamp(week.last)
    shown = series[
        (series["metric"] == "views") & (days > last - _PAST) & (days <= last)
        & ~flags_of(series, "is_partial")
    ]  # fmt: skip
    if not shown["value"].notna().any():
        return None
    text = f"A line of the program's views a day in the four weeks until {day_text(week.last)}."
    return Drawing(partial(plot_trend, chosen(shown)), text)
