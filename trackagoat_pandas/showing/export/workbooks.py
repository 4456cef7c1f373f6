"""Frames as an Excel workbook, with a sheet about where each came from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from os import PathLike
from pathlib import Path
from typing import Any

import pandas as pd

from trackagoat_pandas.errors import listing
from trackagoat_pandas.frames.dictionary import table_of
from trackagoat_pandas.helpers.columns import STRING
from trackagoat_pandas.helpers.cuts import cuts_said
from trackagoat_pandas.helpers.facts import why_incomplete, zone_of
from trackagoat_pandas.inputs.arrow import takes_arrow
from trackagoat_pandas.inputs.checks import (
    entity_of,
    fact_instant,
    frame_facts,
    frame_params,
    is_uuid,
)
from trackagoat_pandas.showing.captions import gaps_within, notes, project_of
from trackagoat_pandas.showing.export.saving import check_path, named_frames
from trackagoat_pandas.showing.export.sheets import Book, Sheet

_PROJECT = re.compile(r"/projects/([^/]+)")
_ID_IN_PATH = re.compile(r"(?<=/)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(?=/|$)")
_CHECKS: Mapping[str, str] = {
    "unverified": "Filters that the rows don't confirm",
    "duplicates": "Duplicates that were dropped",
    "dropped": "Rows that were not asked for and were dropped, by filter",
}
"""What a provenance reports of the rows that a load received."""
_MANNER = (
    "IDs and whole numbers of more than 15 digits are texts, since Excel would round them.",
    "Amounts are exact to the cent, in the currency of their row.",
    "Times are those of the time zone in their heading, to the millisecond.",
    "An empty cell is a missing value.",
)


@takes_arrow
def to_excel(
    frames: pd.DataFrame | Mapping[str, pd.DataFrame],
    path: str | PathLike[str],
    *,
    timezone: str | None = None,
    currency: str = "USD",
) -> Path:
    """Write frames as an Excel workbook: typed tables, and a sheet about where they came from.

    Parameters
    ----------
    frames : DataFrame or dict
        A frame, or a dict of frames by the names of their sheets. Frames that were made by
        loaders and helpers, and any others.
    path : str or path
        The file, which ends in ``.xlsx``. An existing file is replaced, once the new one is whole.
    timezone : str, optional
        The time zone in which instants are written; by default each frame's own, by its provenance
        or its columns, else UTC.
    currency : str, default 'USD'
        The currency of amounts in frames without a column ``currency``.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    MissingDependencyError
        XlsxWriter is not installed: ``pip install 'trackagoat-pandas[excel]'``.
    ArgumentTypeError
        An argument is of another type.
    ArgumentError
        There are no frames, or the path doesn't end in ``.xlsx``; a frame has more than 1,048,575
        rows or 16,384 columns, a text of more than 32,767 characters, a time before 1 March 1900
        or amounts in a currency without cents. Nothing was written.
    UnwritableFileError
        The folder is missing, or the file may not be written, such as while Excel has it open on
        Windows. An existing file is unchanged.

    Warns
    -----
    IncompleteFrameWarning
        A frame is incomplete, or has other rows than were loaded or computed.

    See Also
    --------
    to_csv : Write CSV files.
    payout_workbook : Save the books as a workbook.
    show : Show a frame as people read it.

    Notes
    -----
    How a column is written follows from its name and dtype:

    =================  ============================================================================
    ids                text, so that no digit is lost
    texts, JSON        text, never a formula or a number, whatever it begins with
    ``*url``           a link, if it begins with http:// or https://; at most 65,530 in a sheet
    instants           a time in the zone that the heading names, to the millisecond
    days               a date
    ``*_cents``        an amount in units, exact to the cent, in its currency's number format
    percents           45 becomes 45.0 %, which a formula reads as 0.45
    counts, numbers    a number; with more than 15 digits a text, since Excel would round it
    flags              ``yes`` or ``no``
    statuses, kinds    words, with blanks for underscores: ``at risk``
    missing values     an empty cell
    =================  ============================================================================

    Each sheet is one table with filters, a heading that stays in view, and widths that fit. An
    index with a name becomes the first columns. Half of an emoji, which no file can hold, becomes
    a question mark. The last sheet, *About*, says of each frame what a row is, what was requested,
    whether it is complete, and when it was loaded.

    Examples
    --------
    >>> import pandas as pd
    >>> from tempfile import TemporaryDirectory
    >>> import trackagoat_pandas as tgp
    >>> owed = pd.DataFrame({"tiktok_handle": ["mia", "=1+1"], "owed_cents": [123450, 7],
    ...                      "currency": ["USD", "EUR"]})
    >>> with TemporaryDirectory() as folder:
    ...     file = tgp.to_excel({"Owed": owed}, f"{folder}/owed.xlsx")
    ...     print(file.name)
    owed.xlsx
    """
    place, named = check_path(path, ".xlsx"), named_frames("to_excel", frames)
    book = Book(timezone=timezone, currency=currency)
    sheets = {name: book.add(name, frame) for name, frame in named.items()}
    _add_about(book, sheets, named)
    book.save(place)
    return place


def _add_about(book: Book, sheets: Mapping[str, Sheet], frames: Mapping[str, pd.DataFrame]) -> None:
    projects = _project_names(frames.values())
    rows = [_describe(sheets[name], frame, projects) for name, frame in frames.items()]
    about = pd.DataFrame(rows)
    # Frames that don't say it may leave nothing but None, which would have no type.
    about["loaded_at"] = pd.to_datetime(about["loaded_at"], utc=True)
    about.attrs["trackagoat"] = {"timezone": zone_of(book.timezone, [*frames.values()])}
    sheet = book.add("About", about)
    sheet.worksheet.fit_to_pages(1, 0)
    written = pd.Timestamp.now(sheet.timezone)
    made = f"Written on {written:%Y-%m-%d %H:%M} ({sheet.timezone}) by trackagoat-pandas"
    for place, text in enumerate((f"{made} {version('trackagoat-pandas')}.", *_MANNER)):
        sheet.write(len(about) + 2 + place, 0, text)


def _describe(sheet: Sheet, frame: pd.DataFrame, projects: Mapping[str, str]) -> dict[str, Any]:
    """Describe a frame: its rows, source and flaws."""
    facts, table = frame_facts(frame), table_of(frame)
    complete = "yes" if facts.get("complete") else "not known"
    if facts.get("complete") is False:
        complete = f"NO: {why_incomplete(facts)}"
    elif cuts := cuts_said(frame):
        complete = "; ".join(cuts)
    source = "computed from loaded frames" if facts else "not known"
    if "path" in facts:  # without ids, which say nothing to a reader
        source = f"TrackaGoat, {_ID_IN_PATH.sub('…', str(facts['path']))}"
    return {
        "sheet": sheet.name,
        "rows": len(frame),
        "a_row_is": table.row if table else None,
        "project": _project_of(frame, projects),
        "source": source,
        "asked_for": _asked_for(frame),
        "complete": complete,
        "loaded_at": fact_instant(frame, "fetched_at"),
        "time_zone": sheet.timezone,
        "currency": listing(sheet.currencies) or None,
        "notes": " ".join([*_flaws(frame), *sheet.notes]) or None,
    }


def _asked_for(frame: pd.DataFrame) -> str | None:
    """List the filters of a load; ids are counted, since they say nothing to a reader."""
    said = []
    for name, value in frame_params(frame).items():
        what, ids = str(value), str(value).split(",")
        if all(map(is_uuid, ids)):
            what = "one" if len(ids) == 1 else f"{len(ids)} ids"
        if name not in ("project_id", "limit", "cursor"):
            said.append(f"{name.replace('_', ' ')}: {what}")
    return "; ".join(said) or None


def _flaws(frame: pd.DataFrame) -> list[str]:
    """List the caveats and flaws of a frame."""
    facts, said = frame_facts(frame), [*notes(frame), *gaps_within(frame)]
    for name, words in _CHECKS.items():
        if found := facts.get(name):
            pairs = found.items() if isinstance(found, Mapping) else ()
            parts = [f"{key} ({value})" for key, value in pairs] or found
            said.append(f"{words}: {listing(parts) if isinstance(parts, list) else parts}.")
    return said


def _project_names(frames: Iterable[pd.DataFrame]) -> dict[str, str]:
    """Return the names of projects by their id, of those that any frame knows."""
    known: dict[str, str] = {}
    for frame in frames:
        pairs = {"project_id", "project_name"}
        if entity_of(frame) == "project":
            pairs = {"id", "name"}
        if pairs <= set(frame.columns) and frame.columns.is_unique:
            named = frame[sorted(pairs)].dropna().astype(STRING)
            known |= dict(named.itertuples(index=False, name=None))
    return known


def _project_of(frame: pd.DataFrame, names: Mapping[str, str]) -> str | None:
    """Return the names of a frame's projects; None if they are not known."""
    if own := project_of(frame):
        return own
    found = _PROJECT.match(str(frame_facts(frame).get("path")))
    asked = found[1] if found else frame_params(frame).get("project_id")
    ids = [str(asked)] if asked else []
    for column in ("project_id", "id") if entity_of(frame) == "project" else ("project_id",):
        if not ids and [*frame.columns].count(column) == 1:
            ids = frame[column].dropna().astype(STRING).unique().tolist()
    known = [names[each] for each in ids if each in names]
    return listing(known, 5) if known and len(known) == len(ids) else None
