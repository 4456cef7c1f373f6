"""Show a frame as people print it: as HTML for notebooks and reports, and as text."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, repeat
from typing import Any, Final

import pandas as pd

from trackagoat_pandas._arrow import takes_arrow
from trackagoat_pandas._html import Link, Side, data_table
from trackagoat_pandas.checks import (
    check_bool,
    check_int,
    check_names,
    frame_facts,
    require_columns,
)
from trackagoat_pandas.errors import ArgumentTypeError
from trackagoat_pandas.helpers import captions
from trackagoat_pandas.helpers.cells import (
    Writer,
    is_blank,
    side_of,
    texts,
    web_address,
    write,
    write_words,
    writer_of,
)
from trackagoat_pandas.helpers.columns import STRING, typed
from trackagoat_pandas.helpers.facts import zone_of
from trackagoat_pandas.helpers.formats import (
    Content,
    content_of,
    heading_of,
    is_words,
    names_rows,
    reading_place,
)
from trackagoat_pandas.helpers.labels import IDS
from trackagoat_pandas.helpers.payouts.money import check_currency
from trackagoat_pandas.tables.payouts import CURRENCY_SIGNS

_ID_DIGITS: Final = 8
"""So many characters of an id are shown where nothing else names a row."""
_SUBJECTS: Final = ("creator_id", "video_id", "campaign_id", "structure_id", "entity_id")
"""The ids that a row is about, rather than its own."""
_PICTURES: Final = ("avatar_url", "thumbnail_url", "icon_url")
_TITLES: Final = ("video_title", "title")
_NAMED: Final[Mapping[str, Sequence[str]]] = {
    **{name: [ids] for columns in IDS.values() for ids, name in columns.items()},
    "creator": ["creator_id"],
    "label": ["entity_id"],
    "title": ["video_id", "id"],
    "name": ["campaign_id", "structure_id", "id"],
}
"""For columns of names, the columns with the ids of what they name; the first there is counts."""
_CALLS: Final = ("tiktok_handle", "creator", "video_title", "title", "label")
"""Columns of which a later one may repeat the name that an earlier one has."""
_DULL: Final[Mapping[str, set[str]]] = {
    "entity": set(),
    "series_kind": {"main"},
    "is_partial": {"False"},
    "is_baseline": {"False"},
    "is_active": {"True"},
    "scrape_stale": {"False"},
    "not_yet_started": {"False"},
}
"""Columns that say nothing if all rows have this value; of the first, any."""
_SAID: Final[Mapping[str, str]] = {
    "chance": "miss_pct",
    "needed_per_day": "needed",
    "missing": "needed",
    "days_left": "needed",
    "deadline": "needed",
    "period_end": "needed",
    "hours_until_period_end": "period_end",
    "hours_since_period_end": "period_end",
    "period_start": "hours_until_period_end",
    "display_name": "hours_until_period_end",
    "period_in_progress": "period_end",
    "period_recently_ended": "period_end",
}
"""Columns that are left out beside another, which says as much; the latter are those of goals."""
_RATES: Final = ("engagement_rate", "growth_rate")
"""How metrics in percent begin."""
_SHORT: Final = 24
"""Texts of so many characters aren't wrapped."""
_GAP: Final = "  "


@dataclass(frozen=True, slots=True, repr=False)
class Shown:
    """A table for people: its repr is aligned text, its display in notebooks HTML.

    Attributes
    ----------
    html
        The table with its own style, for a notebook or a report.
    text
        The table as aligned text.
    frame
        The whole frame of which it is, for :func:`to_excel` and whatever else takes a frame.
    """

    html: str
    text: str
    frame: pd.DataFrame = field(compare=False)

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return self.html


@dataclass(frozen=True, slots=True)
class _Column:
    """One column, or one level of the index, of the rows shown."""

    name: Any
    column: pd.Series
    content: Content
    is_ours: bool
    """False if its name is a value, such as a creator's name in a wide frame."""
    is_index: bool

    @property
    def key(self) -> str:
        return str(self.name) if self.is_ours else ""


@takes_arrow
def show(
    frame: pd.DataFrame,
    n: int | None = 20,
    *,
    ids: bool = False,
    columns: str | Sequence[str] | None = None,
    timezone: str | None = None,
    currency: str = "USD",
    caption: str | None = None,
) -> Shown:
    """Show a frame's first rows as people print them.

    Numbers have separators between thousands, percentages their sign and amounts of money that of
    their currency. Times are local, statuses are words, the titles of videos are links, and what is
    missing is a dash. Columns come in reading order: names, measures, statuses and times. The frame
    itself stays as it is.

    Parameters
    ----------
    frame
        Any frame.
    n
        The most rows shown; None for all.
    ids
        Whether ids are shown, after everything else. By default only the first 8 characters of
        what a row is about are shown, and only where no column has its name, or it has none there.
    columns
        One or several columns to show, in this order; by default all but ids, pictures, free-form
        JSON and what another column says or is the same in all rows of analytics, such as the kind
        of series.
    timezone
        The time zone in which instants are written; by default the frame's own, else UTC. The
        column's heading names it.
    currency
        The currency of amounts where the frame has no column ``currency``, or where that is NA.
    caption
        A title; by default what the frame's provenance says that it is. What the frame doesn't
        have, such as days that weren't loaded, and what has to be known of its numbers is said
        below it in any case.

    Returns
    -------
    Shown
        A notebook displays it as a table that follows the theme; ``print`` writes aligned text.
        ``.html`` is the table for a report, ``.text`` the text, ``.frame`` the frame as it was.

    Raises
    ------
    ArgumentTypeError, ArgumentError
        An argument is of another type or out of bounds, or no such time zone or currency is known.
    MissingColumnError
        The frame has no such column.

    Examples
    --------
    >>> import pandas as pd
    >>> videos = pd.DataFrame(
    ...     {
    ...         "id": ["0a000000-0000-4000-8000-00000000000b"],
    ...         "title": ["wait for it"],
    ...         "view_count": [11263947],
    ...         "tracking_status": ["auto_tracked"],
    ...         "posted_at": pd.to_datetime(["2026-05-22T16:30Z"]),
    ...     }
    ... )
    >>> show(videos, timezone="America/New_York")
    1 row
    Title             Views  Tracking status  Posted (America/New_York)
    ───────────  ──────────  ───────────────  ─────────────────────────
    wait for it  11,263,947  auto tracked     22 May 2026 12:30
    """
    names = check_names("columns", columns)
    require_columns(frame, names)
    most = len(frame) if n is None else check_int("n", n, minimum=1)
    is_full = check_bool("ids", ids)
    zone = zone_of(timezone, [frame]) or "UTC"
    check_currency(currency)
    if caption is not None and not isinstance(caption, str):
        raise ArgumentTypeError("caption", caption, "a text")
    top = frame.head(most)
    everything = _columns_of(_with_loaded_names(top))
    if names:
        chosen = [one for one in everything if one.is_index]
        chosen += [
            next(one for one in everything if one.name == name and not one.is_index)
            for name in names
        ]
    else:
        chosen = _chosen(everything, with_ids=is_full)
        if not is_full:
            chosen = _telling(chosen, frame)
    money = _currencies(everything, len(top), currency)
    cells = [_cells(one, everything, zone, money, shorten=not (is_full or names)) for one in chosen]
    if not names and _sign_of_all(chosen, money):
        kept = [place for place, one in enumerate(chosen) if one.key != "currency"]
        chosen, cells = [chosen[place] for place in kept], [cells[place] for place in kept]
    headings = [_heading(one, zone) for one in chosen]
    sides = [_side(one, column) for one, column in zip(chosen, cells, strict=True)]
    rows = [*zip(*cells, strict=True)]
    title = captions.title(frame) if caption is None else caption
    about = captions.rows_text(len(top), len(frame))
    about = ", ".join(filter(None, [about, captions.as_of(frame, zone)]))
    flaws = [*captions.flaws(frame), *captions.notes(frame)]
    html = data_table(
        headings, sides, rows, title=title, about=about, flaws=flaws,
        is_named=bool(chosen) and sides[0] != "n",
    )  # fmt: skip
    lines = [": ".join(filter(None, [title, about])), *flaws, *_aligned(headings, sides, rows)]
    return Shown(html, "\n".join(lines), frame)


def _with_loaded_names(frame: pd.DataFrame) -> pd.DataFrame:
    """Add the names of projects or creators that a frame's provenance knows."""
    known = frame_facts(frame).get("names")
    if not isinstance(known, Mapping) or not frame.columns.is_unique:
        return frame
    for columns in IDS.values():
        for ids, name in columns.items():
            if ids in frame.columns and name not in frame.columns:
                found = [known.get(id_) if isinstance(id_, str) else None for id_ in frame[ids]]
                if any(found):
                    frame = frame.assign(**{name: pd.array(found, STRING)})
    return frame


def _telling(chosen: Sequence[_Column], frame: pd.DataFrame) -> list[_Column]:
    """Leave out columns that say what another does, or the same in all of a frame's rows."""
    by_key = {one.key: one.column for one in chosen if one.key and not one.is_index}
    repeated = {name for name, other in _SAID.items() if other in by_key}
    repeated |= {
        name
        for other, name in (*combinations(_CALLS, 2), ("target", "target_value"))
        if name in by_key and other in by_key and _repeats(by_key[name], by_key[other])
    }
    for name in by_key.keys() & _DULL.keys() if frame.columns.is_unique else ():
        values = {str(value) for value in frame[name]}
        if len(values) == 1 and values <= (_DULL[name] or values):
            repeated.add(name)
    shown = [one for one in chosen if one.is_index or one.key not in repeated]
    return shown or [*chosen]


def _repeats(column: pd.Series, other: pd.Series) -> bool:
    """Whether a column has, where it has anything, the value of another."""
    return len(column) > 0 and all(
        is_blank(value) or (not is_blank(said) and str(value) == str(said))
        for value, said in zip(column.astype(object), other.astype(object), strict=True)
    )


def _columns_of(frame: pd.DataFrame) -> list[_Column]:
    """Return a frame's columns, after the levels of an index that says something."""
    found = []
    is_counted = frame.index.nlevels == 1 and frame.index.name is None
    if not (is_counted and pd.api.types.is_integer_dtype(frame.index.dtype)):
        for level in range(frame.index.nlevels):
            values = frame.index.get_level_values(level).to_series()
            name = frame.index.names[level]
            found.append(_column(name or "", values, is_ours=name is not None, is_index=True))
    # A pivoted frame's column names are values, which stay as they are.
    is_ours = frame.columns.nlevels == 1 and frame.columns.name is None
    for place, name in enumerate(frame.columns):
        found.append(_column(name, frame.iloc[:, place], is_ours=is_ours, is_index=False))
    return found


def _column(name: Any, column: pd.Series, *, is_ours: bool, is_index: bool) -> _Column:
    column = typed(column)
    content = content_of(column.rename(str(name) if is_ours else None))
    return _Column(name, column, content, is_ours, is_index)


def _chosen(everything: Sequence[_Column], *, with_ids: bool) -> list[_Column]:
    """Return the columns that a person reads, in reading order."""
    keys = {one.key for one in everything}
    naming = [] if with_ids or names_rows(keys) else _naming_ids(everything)
    read = []
    for one in everything:
        is_picture = one.key in _PICTURES or (one.key == "url" and keys & {*_TITLES})
        is_hidden_id = (
            one.content == "id" and not with_ids and not any(one is each for each in naming)
        )
        if not (one.content == "json" or is_picture or is_hidden_id):
            read.append(one)
    shown = read or [*everything]
    return sorted(shown, key=lambda one: _place(one, is_naming=any(one is each for each in naming)))


def _place(one: _Column, *, is_naming: bool) -> tuple[int, int, int]:
    """Return a column's place: an index is first, an id that names a row where a name would be."""
    if one.is_index or not one.is_ours:
        return (0 if one.is_index else 1), 0, 0
    return 1, *reading_place("tiktok_handle" if is_naming else one.name)


def _naming_ids(everything: Sequence[_Column]) -> list[_Column]:
    """Return the ids of what the rows are about; else the rows' own; else any."""
    ids = [one for one in everything if one.content == "id"]
    subjects = [one for one in ids if one.key in _SUBJECTS]
    return subjects or [one for one in ids if one.key == "id"] or ids


def _heading(one: _Column, zone: str) -> str:
    if isinstance(one.name, tuple):
        return " · ".join(str(part) for part in one.name if str(part))
    text = heading_of(str(one.name), one.content) if one.is_ours else str(one.name)
    return f"{text} ({zone})" if one.content == "instant" else text


def _side(one: _Column, cells: Sequence[str | Link]) -> Side:
    """Return how a column is placed: short texts stay on a line, long ones get room to wrap."""
    longest = max(map(len, (_text(cell) for cell in cells)), default=0)
    return side_of(one.content) or ("l" if longest > _SHORT else "d")


def _text(cell: str | Link) -> str:
    return cell.text if isinstance(cell, Link) else cell


def _currencies(everything: Sequence[_Column], rows: int, usual: str) -> list[str]:
    """Return each row's currency: that of its column, else (or if NA) the one given."""
    for one in everything:
        if one.key == "currency":
            return [usual if is_blank(code) else str(code) for code in one.column]
    return [usual] * rows


def _sign_of_all(chosen: Sequence[_Column], money: Sequence[str]) -> bool:
    """Return whether the sign of one currency, beside each amount, says what a column says."""
    has_money = any(one.content == "money" for one in chosen)
    return has_money and len({*money}) == 1 and money[0] in CURRENCY_SIGNS


def _cells(
    one: _Column, everything: Sequence[_Column], zone: str, money: Sequence[str], *, shorten: bool
) -> list[str | Link]:
    written = texts(one.column, _writers(one, everything, zone, money, shorten=shorten))
    written = _with_ids_of_the_nameless(written, one, everything)
    urls = _urls(one, everything)
    return [Link(text, url) if url else text for text, url in zip(written, urls, strict=True)]


def _with_ids_of_the_nameless(
    written: list[str], one: _Column, everything: Sequence[_Column]
) -> list[str]:
    """Write the first characters of an id in the place of a name that isn't known."""
    by_key = {each.key: each.column for each in everything if each.key}
    ids = next((by_key[name] for name in _NAMED.get(one.key, ()) if name in by_key), None)
    if ids is None:
        return written
    return [
        f"{_short(id_)}…" if is_blank(name) and not is_blank(id_) else text
        for text, name, id_ in zip(written, one.column, ids, strict=True)
    ]


def _writers(
    one: _Column, everything: Sequence[_Column], zone: str, money: Sequence[str], *, shorten: bool
) -> Sequence[Writer] | repeat[Writer]:
    """Return how each cell of a column is written."""
    if one.content == "money":
        known = {code: writer_of(one.column, "money", zone, currency=code) for code in {*money}}
        return [known[code] for code in money]
    if one.content == "id":
        return repeat(_short if shorten else str)
    if one.is_ours and is_words(one.column.rename(one.key)):
        return repeat(write_words)
    metrics = next((other.column for other in everything if other.key == "metric"), None)
    if one.key == "value" and one.content == "number" and metrics is not None:
        return _by_metric(one.column, metrics, zone)
    return repeat(writer_of(one.column, one.content, zone))


def _by_metric(values: pd.Series, metrics: pd.Series, zone: str) -> list[Writer]:
    """Return how the values of an analytics frame are written: rates are percentages."""
    is_rate = [str(metric).startswith(_RATES) for metric in metrics]
    rates = writer_of(values[is_rate], "percent", zone)
    counts = writer_of(values[[not each for each in is_rate]], "number", zone)
    return [rates if each else counts for each in is_rate]


def _short(value: Any) -> str:
    return write(value)[:_ID_DIGITS]


def _urls(one: _Column, everything: Sequence[_Column]) -> list[str | None]:
    """Return the web address that each cell leads to, as a video's title leads to its post."""
    source = one.column if one.content == "link" else None
    if one.key in _TITLES:
        source = next((other.column for other in everything if other.key == "url"), None)
    return [None] * len(one.column) if source is None else [web_address(url) for url in source]


def _aligned(
    headings: Sequence[str], sides: Sequence[Side], rows: Sequence[Sequence[str | Link]]
) -> list[str]:
    """Return the lines of a table as text."""
    lines = [[_text(cell) for cell in row] for row in rows]
    widths = [max(map(_width, column)) for column in zip(headings, *lines, strict=True)]
    rule = ["─" * width for width in widths]
    return [
        _GAP.join(
            " " * (width - _width(cell)) + cell
            if side == "n"
            else cell + " " * (width - _width(cell))
            for cell, side, width in zip(line, sides, widths, strict=True)
        ).rstrip()
        for line in [headings, rule, *lines]
    ]


def _width(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    return sum(
        0 if unicodedata.combining(mark) else 1 + (unicodedata.east_asian_width(mark) in "WF")
        for mark in text
    )
