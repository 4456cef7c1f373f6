"""A frame as people read it: headings, cells, order, totals and words to search for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from trackagoat_pandas.base.html import (
    Cell,
    Link,
    Marked,
    Pill,
    Side,
    Tone,
)
from trackagoat_pandas.base.types import Ints
from trackagoat_pandas.helpers.columns import arrow, typed
from trackagoat_pandas.helpers.formats import (
    adds_up,
    content_of,
    heading_of,
    is_words,
    names_rows,
    place_of,
    reading_places,
)
from trackagoat_pandas.helpers.labels import IDS
from trackagoat_pandas.helpers.payouts.money import CENTS_A_UNIT, has_cents
from trackagoat_pandas.helpers.series import SUBJECTS, are_overlapping
from trackagoat_pandas.inputs.arrow import STRING, TEXT
from trackagoat_pandas.inputs.checks import (
    frame_facts,
)
from trackagoat_pandas.showing.cells import (
    Writer,
    is_blank,
    side_of,
    texts,
    web_address,
    write,
    write_words,
    writer_of,
)
from trackagoat_pandas.showing.row_search import folded, numbered_values, texts_of
from trackagoat_pandas.tables.model import Content
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
_PROSE: Final = frozenset({"advice", "evidence", "innocent", "reason"})
"""Sentences of helpers, which mark names of Python with backticks."""
_STATUSES: Final = frozenset({"status", "goal_status"})
"""Columns whose words are pills."""
_TONES: Final[Mapping[str, Tone]] = {
    **dict.fromkeys(("on_track", "completed", "paid", "recorded", "positive"), "good"),
    **dict.fromkeys(("behind_pace", "pending"), "warn"),
    **dict.fromkeys(("at_risk", "missed", "failed", "negative"), "bad"),
    **dict.fromkeys(("not_started", "voided", "neutral"), "quiet"),
}
_RATES: Final = ("engagement_rate", "growth_rate")
"""How metrics in percent begin."""
_TIMES: Final = frozenset({"date", "day", "week", "month", "bucket", "observed_at"})
"""Columns of frames whose rows follow each other in time."""
_MIXING: Final = ("metric", "series_kind", "side", "campaign_a", "campaign_b")
"""Columns of what counts of several rows are about, so that they have no sum."""
_SHORT: Final = 24
"""Texts up to this many characters aren't wrapped."""
_BIGGEST: Final = 2**62  # a sum of integers beyond it could have wrapped around
_NEWLINE: Final = pa.scalar("\n", TEXT)


@dataclass(frozen=True, slots=True, eq=False)
class ShownColumn:
    """One column, or one level of the index, of a frame that is read.

    Attributes
    ----------
    is_ours
        False if its name is a value, such as a creator's name in a wide frame.
    key
        Its name, if it is one of ours.
    """

    name: Any
    column: pd.Series
    content: Content
    is_ours: bool
    is_index: bool
    key: str


class Readable:
    """A frame's columns as people read them.

    What depends on all of a column's values, such as the number of decimals, is the same for all
    rows, whichever are asked for.

    Parameters
    ----------
    frame
        Any frame.
    names
        The columns to read, in this order; by default all that people read, in reading order.
    zone
        The time zone in which instants are written.
    currency
        The currency of amounts where the frame has no column ``currency``, or where that is NA.
    ids
        Whether ids are read, after everything else.
    rows
        The number of rows to read, from the first; None for all.
    in_board
        Whether handles have their @, as in pickers and pictures, ids are cut short, the board
        names the time zone once, and an asterisk marks what is still filling in.
    """

    def __init__(
        self,
        frame: pd.DataFrame,
        names: Sequence[str] = (),
        *,
        zone: str,
        currency: str = "USD",
        ids: bool = False,
        rows: int | None = None,
        in_board: bool = False,
    ) -> None:
        top = frame if rows is None else frame.head(rows)
        self._zone, self._in_board = zone, in_board
        self._is_short = in_board or not (ids or names)
        self._everything = _columns_of(_with_loaded_names(top))
        # Of two columns of one name the first counts.
        self._by_key = {one.key: one for one in reversed(self._everything) if one.key}
        self._alike: Ints = np.zeros(len(top), np.intp)
        self._codes, self._code_of = self._currencies(currency)
        self._writings: dict[ShownColumn, tuple[Sequence[Writer], Ints]] = {}
        # In a board this is a mark at the day, or at the name of a row without one.
        self._partial = self._by_key.get("is_partial") if in_board else None
        chosen = self._choice(frame, names, ids=ids)
        self.columns = [one for one in chosen if one is not self._partial]
        days = [one for one in self.columns if one.content == "day"]
        self._marked = next(iter(days or self.columns), None)

    @property
    def headings(self) -> list[str]:
        """The heading of each column; outside of boards, that of instants names the time zone."""
        return [_heading(one, "" if self._in_board else self._zone) for one in self.columns]

    @property
    def has_instants(self) -> bool:
        """Whether a time zone has to be named for the cells to be understood."""
        return "instant" in [one.content for one in self.columns]

    def rows(self, places: slice | Ints) -> list[tuple[Cell, ...]]:
        """Write the cells of some rows."""
        return [*zip(*[self._cells(one, places) for one in self.columns], strict=True)]

    def values(self, places: Ints) -> pd.DataFrame:
        """Return the values of some rows for a spreadsheet, under the headings of the table.

        Amounts are numbers of units, such as dollars, other numbers and days are as in the frame,
        and texts are whole. Instants are local, with their distance from UTC. The mark of what is
        still filling in is a last column.
        """
        shown, marks = [*self.columns], self._partial
        if marks is not None and marks.column.iloc[places].any():
            shown.append(marks)
        # Not all currencies have a hundredth.
        unit = CENTS_A_UNIT if all(map(has_cents, self._codes)) else 1
        cents = " (cents)" * (unit == 1)
        names = [_heading(one, "") + cents * (one.content == "money") for one in shown]
        made = dict(enumerate(self._plain_values(one, places, unit) for one in shown))
        return pd.DataFrame(made).set_axis(names, axis="columns")

    def _plain_values(self, one: ShownColumn, places: Ints, unit: int) -> pd.Series:
        """Return a column's values without the letters that only a table for people has."""
        column = one.column.iloc[places].reset_index(drop=True)
        if one.content == "money" and unit > 1:
            return column / unit
        if one.content == "instant":
            local: pd.Series = column.dt.tz_convert(self._zone)
            return local.map(lambda when: when.isoformat(), "ignore")
        if (known := self._ids_of(one)) is not None:
            ids = known.column.iloc[places].reset_index(drop=True)
            return column.astype(object).where(column.notna(), ids.astype(object))
        is_written = one.content in ("flag", "weekday") or (
            one.is_ours and is_words(column.rename(one.key))
        )
        return column.map(self._writing(one)[0][0], "ignore") if is_written else column

    def _ids_of(self, one: ShownColumn) -> ShownColumn | None:
        """Return the column with the ids of what a column names."""
        return next((self._by_key[n] for n in _NAMED.get(one.key, ()) if n in self._by_key), None)

    def sides(self, rows: Sequence[Sequence[Cell]]) -> list[Side]:
        """Return how each column is placed: short texts stay on a line, long ones may wrap."""
        cells = zip(*rows, strict=True) if rows else [()] * len(self.columns)
        sides = list[Side]()
        for one, column in zip(self.columns, cells, strict=True):
            side = side_of(one.content)
            if not side:
                side = "l" if any(len(plain(cell)) > _SHORT for cell in column) else "d"
            sides.append(side)
        return sides

    def totals(self, places: slice | Ints) -> list[str]:
        """Add up the columns of counts and of money over some rows; an empty text for any other.

        Amounts in several currencies aren't added up, nor counts in rows of several metrics, of
        several kinds of series, or of several campaigns or parts of them, which share videos. Over
        time, what a row has rather than adds isn't either, such as followers.
        """
        if self._differ("entry", places):  # accruals and payments, which are each other's opposite
            return [""] * len(self.columns)
        is_mixed = any(self._differ(key, places) for key in _MIXING)
        about = {
            key: self._by_key[key].column.iloc[places] for key in SUBJECTS if key in self._by_key
        }
        is_mixed = is_mixed or are_overlapping(pd.DataFrame(about))
        return [self._total(one, places, is_mixed=is_mixed) for one in self.columns]

    def _differ(self, key: str, places: slice | Ints) -> bool:
        """Return whether some rows differ in a column that the frame may have."""
        one = self._by_key.get(key)
        return one is not None and len(numbered_values(one.column.iloc[places])[1]) > 1

    def order(self, name: str, *, ascending: bool) -> Ints:
        """Return the row order sorted by a column, NA last.

        The case and the accents of texts are ignored. Equal rows keep their order.
        """
        keys = _sort_keys(self._column_named(name))
        places: Ints = pc.array_sort_indices(
            keys, order="ascending" if ascending else "descending", null_placement="at_end"
        ).to_numpy()
        return places.astype(np.intp)

    def goes_up_first(self, name: str) -> bool:
        """Return whether a column is sorted upwards at first: texts are, numbers and times not."""
        return side_of(self._column_named(name).content) == ""

    def search_texts(self) -> pa.Array:
        """Return, for each row, what its cells say, for a search by :func:`matching`."""
        parts = [
            folded(texts_of(one.column, one.content, self._zone, self._writing(one)[0][0]))
            for one in self.columns
        ]
        return pc.binary_join_element_wise(*[pc.fill_null(part, "") for part in parts], _NEWLINE)

    def _column_named(self, name: str) -> ShownColumn:
        return next(one for one in self.columns if str(one.name) == name)

    def _choice(self, frame: pd.DataFrame, names: Sequence[str], *, ids: bool) -> list[ShownColumn]:
        if names:
            index = [one for one in self._everything if one.is_index]
            by_name = {one.name: one for one in reversed(self._everything) if not one.is_index}
            return [*index, *[by_name[name] for name in names]]
        chosen = _chosen(self._everything, with_ids=ids)
        if not ids:
            chosen = _telling(chosen, frame)
        # One currency's sign, beside each amount, says what the column of currencies would.
        has_sign = len(self._codes) == 1 and self._codes[0] in CURRENCY_SIGNS
        if has_sign and any(one.content == "money" for one in chosen):
            chosen = [one for one in chosen if one.key != "currency"]
        return chosen

    def _currencies(self, usual: str) -> tuple[list[str], Ints]:
        """Return the currencies, and the number of each row's: its own, or if NA the usual one."""
        if "currency" not in self._by_key:
            return [usual], self._alike
        numbers, values = numbered_values(self._by_key["currency"].column)
        words = np.array([*map(str, values), usual], object)
        code_of, codes = pd.factorize(words[numbers])
        return list(codes) or [usual], code_of

    def _writing(self, one: ShownColumn) -> tuple[Sequence[Writer], Ints]:
        """Return the ways in which a column's cells are written, and the number of each row's."""
        if one not in self._writings:
            self._writings[one] = self._new_writing(one)
        return self._writings[one]

    def _new_writing(self, one: ShownColumn) -> tuple[Sequence[Writer], Ints]:
        column, zone = one.column, self._zone
        if one.content == "money":
            ways = [writer_of(column, "money", zone, currency=each) for each in self._codes]
            return ways, self._code_of
        if one.content == "id":
            return [_short if self._is_short else str], self._alike
        if one.key == "tiktok_handle" and self._in_board:
            return [lambda value: "@" + write(value).removeprefix("@")], self._alike
        if one.is_ours and is_words(column.rename(one.key)):
            return [write_words], self._alike
        if one.is_ours and one.key in _PROSE and one.content == "text":
            return [_write_prose], self._alike
        if one.key == "value" and one.content == "number" and "metric" in self._by_key:
            numbers, metrics = numbered_values(self._by_key["metric"].column)
            rates = np.array([*(str(each).startswith(_RATES) for each in metrics), False])
            is_rate = rates[numbers]
            counts = writer_of(column[~is_rate], "number", zone)
            return [counts, writer_of(column[is_rate], "percent", zone)], is_rate.astype(np.intp)
        return [writer_of(column, one.content, zone)], self._alike

    def _cells(self, one: ShownColumn, places: slice | Ints) -> list[Cell]:
        column = one.column.iloc[places]
        ways, way_of = self._writing(one)
        written = texts(column, [ways[number] for number in way_of[places]])
        if (known := self._ids_of(one)) is not None:
            ids = known.column.iloc[places]
            # A post without a caption has a link; another unknown name is told by its id.
            is_title = one.key == "title" and "url" in self._by_key
            written = [
                ("(untitled)" if is_title else f"{_short(id_)}…")
                if is_blank(name) and not is_blank(id_)
                else text
                for text, name, id_ in zip(written, column, ids, strict=True)
            ]
        # A label is a word in comments, and a name in analytics.
        is_label = one.key == "label" and isinstance(column.dtype, pd.CategoricalDtype)
        if one.is_ours and (is_label or one.key in _STATUSES):
            tones = [_TONES.get(str(word)) for word in column]
            return [
                Pill(text, tone) if tone else text
                for text, tone in zip(written, tones, strict=True)
            ]
        if one is self._marked and self._partial is not None:
            flags = self._partial.column.iloc[places].fillna(value=False)
            return [
                Marked(text, "still filling in") if flag else text
                for text, flag in zip(written, flags, strict=True)
            ]
        source = one if one.content == "link" else None
        if one.key in _TITLES:
            source = self._by_key.get("url")
        if source is None:
            return [*written]
        urls = map(web_address, source.column.iloc[places])
        return [Link(text, url) if url else text for text, url in zip(written, urls, strict=True)]

    def _total(self, one: ShownColumn, places: slice | Ints, *, is_mixed: bool) -> str:
        is_added = one.is_ours and self._adds_up(one)
        numbers = one.column.iloc[places].dropna()
        if not is_added or (is_mixed and one.content != "money") or numbers.empty:
            return ""
        ways, way_of = self._writing(one)
        used = pd.unique(way_of[places])
        if len(used) > 1 or abs(numbers.astype("float64").sum()) > _BIGGEST:
            return ""
        return ways[int(used[0])](numbers.sum())

    def _adds_up(self, one: ShownColumn) -> bool:
        name, over_time = one.key, not _TIMES.isdisjoint(self._by_key)
        if name == "value" and "metric" in self._by_key:
            metrics = self._by_key["metric"].column.dropna()
            name = str(metrics.iloc[0]) if len(metrics) else name
        return adds_up(name, one.content, over_time=over_time)


def _sort_keys(one: ShownColumn) -> pa.Array:
    """Return what a column's rows are sorted by."""
    column = one.column
    if isinstance(column.dtype, pd.CategoricalDtype) and column.cat.ordered:
        return pa.array(column.cat.codes.where(column.notna()), from_pandas=True)
    if one.content not in ("text", "id", "link", "json"):
        return arrow(column)
    if isinstance(column.dtype, pd.StringDtype):
        encoded = arrow(column).dictionary_encode()
        numbers, words = encoded.indices, encoded.dictionary.cast(TEXT)
    else:
        of_rows, values = numbered_values(column)
        numbers, words = pa.array(of_rows, mask=of_rows < 0), pa.array(map(write, values), TEXT)
    return pc.rank(folded(words), tiebreaker="dense").take(numbers)


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


def _telling(chosen: Sequence[ShownColumn], frame: pd.DataFrame) -> list[ShownColumn]:
    """Leave out columns that say nothing, what another does, or the same in all rows."""
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
    # as_table adds the columns of its table that the given frame doesn't have.
    is_own = frame_facts(frame).get("path") == "(frame)"
    if is_own and len(frame) and frame.columns.is_unique:
        repeated |= {name for name in by_key if frame[name].isna().all()}
    shown = [one for one in chosen if one.is_index or one.key not in repeated]
    return shown or [*chosen]


def _repeats(column: pd.Series, other: pd.Series) -> bool:
    """Whether a column has, where it has anything, the value of another."""
    return len(column) > 0 and all(
        is_blank(value) or (not is_blank(said) and str(value) == str(said))
        for value, said in zip(column.astype(object), other.astype(object), strict=True)
    )


def _columns_of(frame: pd.DataFrame) -> list[ShownColumn]:
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


def _column(name: Any, column: pd.Series, *, is_ours: bool, is_index: bool) -> ShownColumn:
    column = typed(column)
    key = str(name) if is_ours else ""
    content = content_of(column.rename(key or None))
    return ShownColumn(name, column, content, is_ours, is_index, key)


def _chosen(everything: Sequence[ShownColumn], *, with_ids: bool) -> list[ShownColumn]:
    """Return the columns that a person reads, in reading order."""
    keys = {one.key for one in everything}
    naming = [] if with_ids or names_rows(keys) else _naming_ids(everything)
    read = []
    for one in everything:
        is_picture = one.key in _PICTURES or (one.key == "url" and keys & {*_TITLES})
        is_hidden_id = one.content == "id" and not with_ids and one not in naming
        if not (one.content == "json" or is_picture or is_hidden_id):
            read.append(one)
    shown = read or [*everything]
    places = reading_places(keys)

    def place(one: ShownColumn) -> tuple[int, int, int]:
        # An index is first, and an id that names a row is where a name would be.
        if one.is_index or not one.is_ours:
            return (0 if one.is_index else 1), 0, 0
        return 1, *(place_of("tiktok_handle") if one in naming else places[one.key])

    return sorted(shown, key=place)


def _naming_ids(everything: Sequence[ShownColumn]) -> list[ShownColumn]:
    """Return the ids of what the rows are about; else the rows' own; else any."""
    ids = [one for one in everything if one.content == "id"]
    subjects = [one for one in ids if one.key in _SUBJECTS]
    return subjects or [one for one in ids if one.key == "id"] or ids


def _heading(one: ShownColumn, zone: str) -> str:
    if isinstance(one.name, tuple):
        return " · ".join(str(part) for part in one.name if str(part))
    text = heading_of(str(one.name), one.content) if one.is_ours else str(one.name)
    return f"{text} ({zone})" if zone and one.content == "instant" else text


def plain(cell: Cell) -> str:
    """Return the text of a cell, which may be a link."""
    return cell if isinstance(cell, str) else cell.text


def _write_prose(value: Any) -> str:
    return write(value).replace("`", "")


def _short(value: Any) -> str:
    return write(value)[:_ID_DIGITS]
