"""The script of an answer: frames computed step by step, and numbers that know their code."""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Self

import numpy as np
import pandas as pd

from trackagoat_pandas.asking.sentences import Basis, Number
from trackagoat_pandas.base.warnings import kept_warnings
from trackagoat_pandas.base.wording import cut, ended, without_code
from trackagoat_pandas.errors import StoreError, TrackaGoatError
from trackagoat_pandas.helpers.granularity import day_text
from trackagoat_pandas.helpers.health.supply import ONE_LOAD
from trackagoat_pandas.inputs.checks import frame_facts, require_columns
from trackagoat_pandas.program.frames import ProgramData
from trackagoat_pandas.showing.captions import flaws
from trackagoat_pandas.showing.cells import BLANK, one_line, writer_of
from trackagoat_pandas.showing.recorder import Recorder, Traced, call
from trackagoat_pandas.tables.model import Content

MOST_ROWS: Final = 8
"""The rows of a table; the others are counted."""
_TITLE: Final = 44
"""The most letters of a post's title."""
_SOURCE: Final = re.compile(r"^[a-z_]+: ")
"""The name of the function or frame with which a warning begins."""
_NAMES: Final = {
    "analytics": "daily views", "structures": "payout rules", "history": "earlier counts of posts",
    "forecasts": "recorded forecasts", "post_analytics": "daily views of posts",
    "threshold_analytics": "daily views of posts", "assignments": "assignments of payout rules",
}  # fmt: skip
"""What frames are called for people, where that isn't the frame's name."""

_WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


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


class Script:
    """A program's frames as of one moment, and the script that computes an answer from them.

    Parameters
    ----------
    name
        That of the question or section, with which the keys of its numbers begin.
    program
        The frames that it may read.

    Attributes
    ----------
    moment
        The instant for which it is written, if that is earlier than the program's.
    reason
        Why there is no answer; "" if there is one.
    error
        The error behind the reason, if there is one.
    caveats
        What has to be known to read the answer.
    source
        The expression of its first computation.
    results
        The results of its calls, by name.
    options
        The values of its question's options, by name.
    """

    def __init__(self, name: str, program: ProgramData) -> None:
        self.name, self.program = name, program
        self.recorder: Recorder = program.recorder.branch()
        self.caveats, self.reason = list[str](), ""
        self.error: TrackaGoatError | None = None
        self.moment: pd.Timestamp | None = None
        self.used = list[str]()
        self.source, self.results = "", dict[str, Traced]()
        self.options: Mapping[str, Any] = {}

    @classmethod
    def written(
        cls, name: str, program: ProgramData, write: Callable[[Self], object], *,
        needs: Sequence[str] = (), uses: Sequence[str] = (), moment: pd.Timestamp | None = None,
        **options: Any,
    ) -> Self:  # fmt: skip
        """Write a script as of the oldest list that it needs; a refusal becomes its reason.

        Parameters
        ----------
        needs
            The frames that it counts: it is written as of the load of the oldest one.
        uses
            Further frames that it counts, which are left out if they are older than that.
        moment
            An earlier instant of a stored program, for which it is written instead.
        """
        known = known_program(program, moment) if moment else program.as_of_oldest(*needs)
        script = cls(name, known.without_old(*uses), **options)
        if moment is not None or known.moment < program.moment - ONE_LOAD:
            script.moment = known.moment
            script.note_age(program.old_frames(*needs))
        try:
            write(script)
        except TrackaGoatError as error:
            script.error, script.reason = error, ended(without_code(one_line(str(error))))
            if isinstance(error, StoreError):  # its words name a folder of this machine
                script.reason = "The files of the store that it needs are damaged or missing."
        script.note_left_out(known.old_frames(*uses))
        return script

    @property
    def as_of(self) -> str:
        """How a sentence begins that is written as of an earlier moment; else ""."""
        if self.moment is None:
            return ""
        return f"As of {day_text(self.moment.tz_convert(self.program.zone))}: "

    def is_without(self, *names: str) -> bool:
        """Return whether a needed frame is missing, and note the reason."""
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
        self.source = self.source or made.code
        self.results[name] = self.recorder.let(name, made)
        return self.results[name]

    def repeat(self, name: str, function: Callable[..., Any], *args: Any, **options: Any) -> Traced:
        """Call a function on frames that another call has read, with the same warnings."""
        with kept_warnings():
            return self.recorder.step(name, function, *args, **options)

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
        self.used.append(traced.code)
        return Number(f"{self.name}.{key}", one_line(said), value, traced.code, basis)

    def creator_of(self, row: pd.Series) -> str:
        """Name the creator of a row, which is indexed by the creator's id or has it."""
        return self.handle(row.get("creator_id", row.name), row.get("tiktok_handle"))

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
        require_columns(named, ["id", "tiktok_handle"], loader="load_creators")
        return dict(zip(named["id"], named["tiktok_handle"], strict=True))


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
