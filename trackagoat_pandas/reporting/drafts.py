"""A section of a report while it is written: its script, and numbers that know their code."""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from trackagoat_pandas.base.warnings import kept_warnings
from trackagoat_pandas.base.wording import MINUS, cut, ended, without_code
from trackagoat_pandas.errors import StoreError, TrackaGoatError
from trackagoat_pandas.helpers.granularity import day_text
from trackagoat_pandas.helpers.health.supply import ONE_LOAD
from trackagoat_pandas.inputs.checks import frame_facts
from trackagoat_pandas.program.frames import ProgramData
from trackagoat_pandas.reporting.document import Basis, Drawing, Listing, Number, Section, Sentence
from trackagoat_pandas.showing.captions import flaws
from trackagoat_pandas.showing.cells import BLANK, one_line, writer_of
from trackagoat_pandas.showing.recorder import Recorder, Traced, call
from trackagoat_pandas.store.store import Store
from trackagoat_pandas.tables.model import Content

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_ROWS: Final = 8
"""The rows of a table; the others are counted."""
_TITLE, _LINE = 44, 90
"""The most letters of a post's title and of a comment."""
_SOURCE: Final = re.compile(r"^[a-z_]+: ")
"""The name of the function or frame with which a warning begins."""
_NAMES: Final = {
    "analytics": "daily views", "structures": "payout rules", "history": "earlier counts of posts",
    "forecasts": "recorded forecasts", "post_analytics": "daily views of posts",
}  # fmt: skip
"""What frames are called for people, where that isn't the frame's name."""

_WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

Writer = Callable[["Draft"], None]


def frame_text(name: str) -> str:
    """Name a frame for people.

    Examples
    --------
    >>> frame_text("analytics"), frame_text("goals")
    ('daily views', 'goals')
    """
    return _NAMES.get(name, name)


def plain_caveat(caveat: str) -> str:
    """Write a warning as a sentence for people, without the Python that would help a coder.

    Examples
    --------
    >>> plain_caveat("odds: made from 150 days; pass tgp.load_analytics(...)")
    'Made from 150 days.'
    """
    said = ended(without_code(_SOURCE.sub("", one_line(caveat))))
    return f"{said[:1].upper()}{said[1:]}"


def json_value(value: Any) -> float | int | str | None:
    """Return a value as a report keeps it: a number, a text, an ISO day or instant, or None.

    Examples
    --------
    >>> json_value(pd.NA), json_value(np.int64(3)), json_value(pd.Timestamp("2026-06-01"))
    (None, 3, '2026-06-01')
    """
    if value is None or pd.isna(value):
        return None
    if isinstance(value, bool | np.bool_ | int | np.integer):
        return int(value)
    if isinstance(value, float | np.floating):
        return float(value)
    if isinstance(value, pd.Timestamp):
        return str(value.date()) if value.tz is None else value.isoformat()
    return str(value)


def flaws_of(frame: pd.DataFrame) -> list[str]:
    """List the gaps of a frame: missing rows, values or days."""
    # That today isn't over is no gap: reports are of days that are.
    return [flaw for flaw in flaws(frame) if not flaw.startswith("Not over yet")]


class Draft:
    """A section that is being written.

    Parameters
    ----------
    name, title
        Those of the section.
    program
        The frames that it is made of.
    store
        The store that they are from, for what has been restated.
    """

    def __init__(self, name: str, title: str, program: ProgramData, store: Store | None) -> None:
        self.name, self.title, self.program, self.store = name, title, program, store
        self.recorder: Recorder = program.recorder.branch()
        self.sentences, self.listings = list[Sentence](), list[Listing]()
        self.caveats, self.picture, self.reason = list[str](), None, ""
        self.moment: pd.Timestamp | None = None
        self._used = list[str]()

    picture: Drawing | None

    def is_without(self, *names: str) -> bool:
        """Return whether a frame is missing that the section can't do without, and say why."""
        gone = [name for name in names if name not in self.program.frames]
        if gone:
            why = self.program.missing.get(gone[0], "they weren't given")
            self.reason = f"The {frame_text(gone[0])} are missing: {why}."
        return bool(gone)

    def call(self, name: str, function: Callable[..., Any], *args: Any, **options: Any) -> Traced:
        """Call a public function or a traced method and name its result; warnings are caveats."""
        run = function if isinstance(function, Traced) else functools.partial(call, function)
        with kept_warnings() as messages:
            made: Traced = run(*args, **options)
        for message in messages:
            self.note(message)
        return self.recorder.let(name, made)

    def let(self, name: str, expression: Traced) -> Traced:
        """Give an expression a name."""
        return self.recorder.let(name, expression)

    def note(self, caveat: str) -> None:
        """Add a caveat, without the Python in it that would help a coder."""
        said = plain_caveat(caveat)
        if said not in self.caveats:
            self.caveats.append(said)

    def note_of(self, made: Traced) -> None:
        """Add the note of a helper's result."""
        note = frame_facts(made.value).get("note")
        if isinstance(note, str) and note:
            self.note(note)

    def note_age(self, times: Mapping[str, pd.Timestamp]) -> None:
        """Note which lists are old, so that the section describes an earlier day."""
        for name, at in times.items():
            day = day_text(at.tz_convert(self.program.zone))
            self.note(
                f"The {frame_text(name)} were last loaded on {day}, so this section is as of then"
            )

    def note_left_out(self, times: Mapping[str, pd.Timestamp]) -> None:
        """Note which old lists the section leaves out."""
        for name, at in times.items():
            day = day_text(at.tz_convert(self.program.zone))
            self.note(f"The {frame_text(name)} are left out: they were last loaded on {day}")

    def judge(self, *names: str) -> None:
        """Add the gaps of frames: missing rows, values or days."""
        for name in names:
            if name in self.program.frames:
                of = frame_text(name)
                for flaw in flaws_of(self.program.frames[name].value):
                    self.note(f"{of[:1].upper()}{of[1:]}: {flaw[:1].lower()}{flaw[1:]}")

    def number(
        self,
        key: str,
        traced: Traced,
        content: Content = "count",
        basis: Basis = "moment",
        *,
        text: str = "",
        currency: str = "USD",
    ) -> Number:
        """Write a number that the script computes, or the text of one given as `text`."""
        value = json_value(traced.value)
        if value is None:
            said = BLANK
        elif text:
            said = text
        elif content == "day":
            said = short_day(traced.value)
        else:
            column = pd.Series([traced.value])
            said = writer_of(column, content, self.program.zone, currency=currency)(traced.value)
        self._used.append(traced.code)
        return Number(f"{self.name}.{key}", one_line(said), value, traced.code, basis)

    def say(self, *parts: str | Number) -> None:
        """Add a sentence."""
        self.sentences.append(parts)

    def list(
        self,
        title: str,
        headings: Sequence[str],
        rows: Iterable[Sequence[str | Number]],
        *,
        numeric: str,
        of: int,
    ) -> None:
        """Add a table, if it has rows; `numeric` has an "n" for each column of numbers."""
        shown = [*rows]
        if shown:
            flags = [sign == "n" for sign in numeric]
            self.listings.append(Listing(title, headings, shown, flags, of - len(shown)))

    def draw(
        self, plot: Callable[..., Axes], rows: pd.DataFrame, text: str, *, height_in: float,
        **options: object,
    ) -> None:  # fmt: skip
        """Make a plot of chosen rows the section's picture."""
        self.picture = Drawing(
            functools.partial(plot, chosen(rows), **options), text, height_in=height_in
        )

    def handle(self, creator_id: object, fallback: object = None) -> str:
        """Name a creator as people do."""
        name = self._handles.get(creator_id, fallback)
        if isinstance(name, str) and name.strip():
            return f"@{one_line(name).removeprefix('@')}"
        return "a creator without a name"

    @functools.cached_property
    def _handles(self) -> dict[object, object]:
        if "creators" not in self.program.frames:
            return {}
        named = self.program.frames["creators"].value
        return dict(zip(named["id"], named["tiktok_handle"], strict=True))

    def section(self) -> Section:
        """Return the section as written."""
        if self.reason:
            return Section(self.name, self.title, reason=self.reason, moment=self.moment)
        code, sentences = self.recorder.code_for(self._used), [*self.sentences]
        if self.moment is not None and sentences:
            day = day_text(self.moment.tz_convert(self.program.zone))
            sentences[0] = [f"As of {day}: ", *sentences[0]]
        return Section(
            self.name, self.title, sentences, self.listings, self.picture, code, self.caveats,
            moment=self.moment,
        )  # fmt: skip


def section(
    title: str, *, needs: Sequence[str] = (), uses: Sequence[str] = ()
) -> Callable[[Writer], Callable[..., Section]]:
    """Make a section of a function that writes one; what the package refuses is the reason.

    Parameters
    ----------
    title
        The section's heading.
    needs
        The frames that it counts: it is written as of the load of the oldest one.
    uses
        Further frames that it counts, which are left out if they are older than that.
    """

    def of(write: Writer) -> Callable[..., Section]:
        @functools.wraps(write)
        def made(
            program: ProgramData, store: Store | None = None, moment: pd.Timestamp | None = None
        ) -> Section:
            known = known_program(program, moment) if moment else program.as_of_oldest(*needs)
            draft = Draft(write.__name__, title, known.without_old(*uses), store)
            if moment is not None or known.moment < program.moment - ONE_LOAD:
                draft.moment = known.moment
                draft.note_age(program.old_frames(*needs))
            try:
                write(draft)
            except StoreError:
                # Their words name a folder of this machine.
                draft.reason = "The files of the store that it needs are damaged or missing."
            except TrackaGoatError as error:
                draft.reason = ended(without_code(one_line(str(error))))
            draft.note_left_out(known.old_frames(*uses))
            return draft.section()

        return made

    return of


def known_program(program: ProgramData, moment: pd.Timestamp | None) -> ProgramData:
    """Return a stored program as of an earlier moment, by what its store knows today."""
    if moment is None or program.read is None:
        return program
    return program.read(moment=moment)


def chosen(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows without the note of plots that they are a part of a frame."""
    kept = rows.copy(deep=False)
    kept.attrs = {**rows.attrs, "trackagoat": {**frame_facts(rows), "rows": len(rows)}}
    return kept


def title_text(title: object) -> str:
    """Write a post's title in quotes.

    Examples
    --------
    >>> title_text("get ready with me"), title_text(None)
    ('“get ready with me”', 'a post without a title')
    """
    said = one_line(title) if isinstance(title, str) else ""
    return f"“{cut(said, _TITLE)}”" if said else "a post without a title"


def line_text(text: object) -> str:
    """Write a comment on one line."""
    return cut(one_line(text), _LINE) if isinstance(text, str) else BLANK


def records_of(rows: pd.DataFrame, most: int = MOST_ROWS) -> Iterator[tuple[str, dict[Any, Any]]]:
    """Give the first rows of a frame for a table, each with its label as text."""
    shown = rows.head(most)
    return zip(map(str, shown.index), shown.to_dict("records"), strict=True)


def count_of(value: object, noun: str) -> str:
    """Write the noun after a number: ``post`` or ``posts``."""
    return noun if value == 1 else f"{noun}s"


def short_day(day: dt.date) -> str:
    """Write a day without its year: ``Wed 1 Jul``.

    Examples
    --------
    >>> short_day(dt.date(2026, 7, 1))
    'Wed 1 Jul'
    """
    return f"{_WEEKDAYS[day.weekday()]} {day_text(day).rpartition(' ')[0]}"


def more_or_fewer(change: float) -> str:
    """Say the direction of a change whose size has been said."""
    return "fewer" if change < 0 else "more"


def percent_text(value: float) -> str:
    """Write a percentage for a sentence, which needs no decimals but where it is small.

    Examples
    --------
    >>> percent_text(74.1), percent_text(-0.31), percent_text(1533.2)
    ('74 %', '−0.3 %', '1,533 %')
    """
    is_near_whole = 99 < abs(value) < 100
    needs_one = is_near_whole or 0 < abs(value) < 1
    shown = min(abs(value), 99.9) if is_near_whole else abs(value)
    return f"{MINUS if value < 0 else ''}{shown:,.{1 if needs_one else 0}f} %"
