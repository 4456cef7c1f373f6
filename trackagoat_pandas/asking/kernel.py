"""The kernel of questions: one computation, one level and one sentence for every surface."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeAlias

import numpy as np
import pandas as pd

from trackagoat_pandas.asking.options import Option, read_options
from trackagoat_pandas.asking.script import Script
from trackagoat_pandas.asking.sentences import Basis, Drawing, Number, Text
from trackagoat_pandas.base.html import escape
from trackagoat_pandas.base.warnings import kept_warnings
from trackagoat_pandas.helpers.columns import values_of
from trackagoat_pandas.helpers.facts import moment_of, project_of
from trackagoat_pandas.helpers.granularity import buckets_text
from trackagoat_pandas.inputs.checks import loaded_at
from trackagoat_pandas.inputs.dates import DateRange
from trackagoat_pandas.program.frames import ProgramData, with_declared_words
from trackagoat_pandas.showing.recorder import Recorder, Traced, literal
from trackagoat_pandas.showing.show import show

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from trackagoat_pandas.base.types import DatesLike
    from trackagoat_pandas.helpers.clocks import InstantLike
    from trackagoat_pandas.tables.model import Content

Level: TypeAlias = Literal["good", "watch", "bad", "unknown"]
Parts: TypeAlias = "Sequence[str | Number]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """The levels at which each surface speaks of a row.

    Attributes
    ----------
    unit
        What a level measures.
    watch
        From here on a row counts in findings, tables, tiles and the answers of agents.
    bad
        From here on a row makes the program's health bad; None where no row is bad news.
    fires, clears
        An alert of the watch begins at the first and ends below the second; None without alerts.
    pending
        On how many days in a row a row must reach `fires`.
    bad_share, watch_share
        The shares of rows that are bad, and at `watch` or more, from which the whole is.
    why
        Why the numbers differ.
    """

    unit: str
    watch: float
    bad: float | None = None
    fires: float | None = None
    clears: float | None = None
    pending: int = 1
    bad_share: float = 0.0
    watch_share: float = 0.0
    why: str


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column of a question's table.

    Attributes
    ----------
    heading
        Its heading.
    of
        A column of the rows, or a function that writes a text of the script and a row.
    content
        What the column holds, if it is one of the rows; as for the declared columns of tables.
    write
        How a value is written, if not as its content is.
    """

    heading: str
    of: str | Callable[[Script, pd.Series], str]
    content: Content = "count"
    write: Callable[[Any], str] | None = None

    @property
    def side(self) -> str:
        """Return "n" for a column of numbers, which stands to the right, else "-"."""
        return "n" if self.content not in ("text", "instant") and isinstance(self.of, str) else "-"


class Question(ABC):
    """A question about a program, answered in one place for every surface.

    A subclass declares the attributes below and the methods; surfaces render its `Answer`.

    Attributes
    ----------
    name, text
        The name for ``ask``, rules and tools, and the question itself.
    has_rule, section, part, boards
        Where else its answer is: whether the watch has a rule of its name, and the names of a
        section of reports, of a part of the program's health, and of widgets.
    needs, uses, names
        The frames that it can't do without, those that it also counts, and others that it reads,
        mostly for names.
    extras
        Frames that it also reads where a caller passes them; none is loaded for it.
    options
        What it has to know from the user; its script has their values.
    entity, key, level
        What a row is about, the column of its id, and the column with its level.
    basis
        Whether its numbers can be restated.
    rows_name, flagged_name
        What all rows, and those at ``thresholds.watch`` or more, are called in code.
    thresholds
        The levels at which surfaces speak.
    caption, columns
        The title and the columns of its table.
    fields, units
        The columns of rows that agents get, separated by spaces, and units that none declares.
    advice
        What to do about flagged rows.
    is_first_said
        Whether the finding says what the first flagged row says.
    window_days
        How many of the last days it is about; None if it takes no days.
    is_of_now
        Whether it is about this very moment, and not about that of the load.
    """

    name: ClassVar[str]
    text: ClassVar[str]
    has_rule: ClassVar[bool] = False
    section: ClassVar[str] = ""
    part: ClassVar[str] = ""
    boards: ClassVar[tuple[str, ...]] = ()
    needs: ClassVar[tuple[str, ...]]
    uses: ClassVar[tuple[str, ...]] = ()
    names: ClassVar[tuple[str, ...]] = ("creators",)
    extras: ClassVar[tuple[str, ...]] = ()
    options: ClassVar[tuple[Option, ...]] = ()
    entity: ClassVar[str]
    key: ClassVar[str]
    level: ClassVar[str] = "level"
    basis: ClassVar[Basis] = "moment"
    rows_name: ClassVar[str]
    flagged_name: ClassVar[str]
    thresholds: ClassVar[Thresholds]
    caption: ClassVar[str]
    columns: ClassVar[tuple[TableColumn, ...]]
    fields: ClassVar[str]
    units: ClassVar[Mapping[str, str]] = {}
    advice: ClassVar[str]
    is_first_said: ClassVar[bool] = True
    window_days: ClassVar[int | None] = None
    is_of_now: ClassVar[bool] = False

    @property
    def surfaces(self) -> tuple[str, ...]:
        """Where its answer is, besides ``ask``, the command line and the tools of agents."""
        rule = self.name if self.has_rule else ""
        named = {"report": self.section, "watch": rule, "health": self.part}
        said = (
            on if called == self.name else f"{on}: {called}"
            for on, called in named.items() if called
        )  # fmt: skip
        return (*said, *self.boards)

    @property
    def loaded(self) -> tuple[str, ...]:
        """The frames that are loaded for it."""
        return ("projects", *self.needs, *self.uses, *self.names)

    @property
    def readable(self) -> tuple[str, ...]:
        """The frames that it reads where they are given."""
        return (*self.loaded, *self.extras)

    def read_options(self, values: Mapping[str, Any] | None) -> dict[str, Any]:
        """Return the value of each option; an error names those that are unknown or missing."""
        return read_options(self.name, self.options, values)

    @abstractmethod
    def rows(self, script: Script, dates: DateRange | None) -> Traced:
        """Compute one row per thing, with its level, indexed by the key."""

    def days(self, program: ProgramData, dates: DateRange | None) -> DateRange | None:  # noqa: ARG002
        """Return the days that it is about; by default those asked for."""
        return dates

    def is_flagged(self, rows: Traced) -> Traced:
        """Mark the rows that the finding counts; by default those at ``thresholds.watch``."""
        return rows[self.level] >= self.thresholds.watch

    def order(self, flagged: Traced) -> Traced:
        """Order the flagged rows, the most urgent first; by default as they are."""
        return flagged

    @abstractmethod
    def totals(self, script: Script, rows: Traced, flagged: Traced) -> dict[str, Number]:
        """Count over all rows."""

    @abstractmethod
    def finding(self, answer: Answer) -> tuple[Parts, Parts]:
        """Write the result: what has only numbers, and what names somebody."""

    @abstractmethod
    def line(self, script: Script, rows: Traced, id_: str) -> Parts:
        """Write one row as a sentence."""

    @abstractmethod
    def subject(self, script: Script, row: pd.Series) -> str:
        """Name what a row is about, without its creator."""

    def entity_of(self, row: pd.Series) -> tuple[str, str]:  # noqa: ARG002
        """Name what a row is about, and the column with its id; by default the question's."""
        return self.entity, self.key

    def record(self, script: Script, rows: Traced) -> Parts:  # noqa: ARG002
        """Write how often such answers were right; nothing by default."""
        return ()

    def draw(self, answer: Answer) -> tuple[Callable[..., Axes], str, float] | None:  # noqa: ARG002
        """Return the plot of the flagged rows, its description and its height in inches."""
        return None

    def quotes(self, answer: Answer) -> Traced | None:  # noqa: ARG002
        """Return rows with the ``text`` of strangers behind the flagged rows; None by default."""
        return None

    def period(self, row: pd.Series, zone: str) -> str:  # noqa: ARG002
        """Name the period of a row for alerts, such as 2026-W25; "" where it has none."""
        return ""

    def whole(self, answer: Answer) -> Level | None:  # noqa: ARG002
        """Judge the whole; None, the default, where the levels of rows decide."""
        return None

    def lapsed(self, answer: Answer) -> tuple[int, int]:  # noqa: ARG002
        """Count what went bad lately and is no row any more, and what can't be judged of it."""
        return 0, 0

    def watched_dates(self, options: Mapping[str, Any]) -> DatesLike | None:  # noqa: ARG002
        """Return the days that the watch asks about with a rule's options; by default its own."""
        return None

    def is_watched(self, answer: Answer, options: Mapping[str, Any]) -> pd.Series:  # noqa: ARG002
        """Mark the rows that the watch judges with a rule's options; all by default."""
        return pd.Series(data=True, index=answer.judged.index)

    def done(self, program: ProgramData) -> Iterable[tuple[str, str]]:  # noqa: ARG002
        """Return id and period of things that are certainly no rows; none by default."""
        return ()


@dataclass(frozen=True, eq=False, repr=False)
class Answer:
    """The answer of a question for one program at one moment.

    Attributes
    ----------
    question
        The question.
    level
        ``"good"``, ``"watch"``, ``"bad"`` or ``"unknown"``.
    finding
        The result in one or two sentences, or why there is none.
    headline
        Its first part, which has numbers but no names.
    """

    question: Question
    script: Script
    judged_rows: Traced
    flagged_rows: Traced
    dates: DateRange | None = None
    numbers: Mapping[str, Number] = field(default_factory=dict)
    headline: Text = field(default_factory=Text)
    finding: Text = field(default_factory=Text)

    @property
    def rows(self) -> pd.DataFrame:
        """The rows that the finding counts, the most urgent first, with their ids as index."""
        frame: pd.DataFrame = self.flagged_rows.value
        return frame

    @property
    def judged(self) -> pd.DataFrame:
        """All rows, also those that give no reason for concern."""
        frame: pd.DataFrame = self.judged_rows.value
        return frame

    @property
    def count(self) -> int:
        """How many rows the finding counts."""
        return len(self.rows)

    @cached_property
    def level(self) -> Level:
        """How it stands as a whole."""
        at = self.question.thresholds
        if self.script.reason:
            return "unknown"
        if judged := self.question.whole(self):
            return judged
        levels = values_of(self.judged[self.question.level])
        lapsed, unknown = self.question.lapsed(self)
        if at.bad is None:
            is_unknown = unknown or (len(levels) and np.isnan(levels).all())
            return "unknown" if is_unknown else "good"
        bad, watch, total = (levels >= at.bad).sum(), (levels >= at.watch).sum(), len(levels)
        if bad + lapsed and bad + lapsed >= at.bad_share * (total + lapsed):
            return "bad"
        if np.isnan(levels).any() or unknown:
            return "unknown"
        is_watched = bad + lapsed or (watch and watch >= at.watch_share * total)
        return "watch" if is_watched else "good"

    @property
    def totals(self) -> dict[str, Any]:
        """The numbers behind the finding, by name."""
        return {name: number.value for name, number in self.numbers.items()}

    @property
    def notes(self) -> tuple[str, ...]:
        """What has to be known to read the answer."""
        return tuple(self.script.caveats)

    @property
    def advice(self) -> str:
        """What to do; "" if there is nothing to do."""
        is_needed = self.count or self.level in ("watch", "bad")
        return self.question.advice if is_needed else ""

    @property
    def code(self) -> str:
        """Python that computes `rows`."""
        if self.script.reason:
            return ""
        return self.script.recorder.code_for([self.flagged_rows.code])

    def line(self, id_: str) -> Text:
        """Return one row as a sentence."""
        return Text(*self.question.line(self.script, self.judged_rows, id_))

    @property
    def top(self) -> Text:
        """The most urgent of `rows` as a sentence; "" without any."""
        return self.line(str(self.rows.index[0])) if self.count else Text()

    @property
    def when(self) -> str:
        """The days that it is about, such as "in the last 28 days"."""
        if self.dates is None:
            return f"in the last {self.question.window_days} days"
        days = buckets_text(self.dates.first, self.dates.last, "day")
        return f"{'on' if self.dates.days == 1 else 'from'} {days}"

    @cached_property
    def lines(self) -> tuple[Text, ...]:
        """A sentence for each of `rows`."""
        return tuple(self.line(str(id_)) for id_ in self.rows.index)

    @cached_property
    def record(self) -> Text:
        """How often such answers were right; "" where there is nothing to be right about."""
        if self.script.reason or not self.count:
            return Text()
        return Text(*self.question.record(self.script, self.judged_rows))

    def table(self, most: int) -> list[list[str | Number]]:
        """Return the cells of the first rows."""
        return [
            [self._cell(column, str(id_), row) for column in self.question.columns]
            for id_, row in self.rows.head(most).iterrows()
        ]

    def _cell(self, column: TableColumn, id_: str, row: pd.Series) -> str | Number:
        if not isinstance(column.of, str):
            return column.of(self.script, row)
        value = self.flagged_rows[column.of][id_]
        known = column.write is not None and not pd.isna(value.value)
        return self.script.number(
            f"row.{id_}.{column.of}", value, column.content, self.question.basis,
            text=column.write(value.value) if known and column.write else "",
            currency=str(row.get("currency", "USD")),
        )  # fmt: skip

    @property
    def picture(self) -> Drawing | None:
        """The picture of the flagged rows, with the headline as title; None without any."""
        drawn = self.question.draw(self) if self.count else None
        if drawn is None:
            return None
        from trackagoat_pandas.plots.style import with_title

        plot, text, height_in = drawn
        return Drawing(with_title(plot, self.headline.rstrip(".")), text, height_in=height_in)

    def plot(self, ax: Axes | None = None) -> Axes | None:
        """Draw the flagged rows; None if there are none."""
        return None if self.picture is None else self.picture.draw(ax=ax)

    def evidence(self, id_: str, row: pd.Series | None = None) -> str:
        """Return the line of code that selects a row, or a thing that is none any more."""
        column, value = self.question.key, id_
        if row is not None:
            _, column = self.question.entity_of(row)
            value = row.get(column, id_)
        return f"{self.script.source}.query({literal(f'{column} == {literal(value)}')})"

    def show(self) -> str:
        """Return the answer as text: the finding, its rows, and what to know about them."""
        lines = self.lines[self.question.is_first_said :]
        about = [f"{self.question.text} {self.finding}", *lines, self.record, *self.notes]
        return "\n".join(filter(None, about))

    def __repr__(self) -> str:
        return self.show()

    def _repr_html_(self) -> str:
        texts = [self.record, *self.notes]
        said = "".join(f"<p>{escape(text)}</p>" for text in texts if text)
        rows = show(self.rows.reset_index()).table if self.count else ""
        code = f"<details><summary>Code</summary><pre>{escape(self.code)}</pre></details>"
        return (
            f"<p><b>{escape(self.question.text)}</b> {escape(self.finding)}</p>{rows}{said}"
            f"{code * bool(self.code)}"
        )


def answered(
    question: Question, script: Script, dates: DateRange | None = None,
    options: Mapping[str, Any] | None = None,
) -> Answer:  # fmt: skip
    """Answer a question in a script."""
    script.options = question.read_options(options)
    if script.is_without(*question.needs):
        return unanswered(question, script)
    script.judge(*question.needs, *question.uses)
    dates = question.days(script.program, dates)
    rows = question.rows(script, dates)
    if rows.value.index.hasnans:  # rows without an id can't be named, nor followed
        rows = script.let(question.rows_name, rows[rows.index.notna()])
    flagged = script.let(question.flagged_name, rows[question.is_flagged(rows)])
    flagged = script.let(question.flagged_name, question.order(flagged))
    numbers = question.totals(script, rows, flagged)
    answer = Answer(question, script, rows, flagged, dates, numbers)
    headline, named = question.finding(answer)
    dated = [script.as_of] * bool(script.as_of)
    finding = Text(*dated, *headline, *([" ", *named] if named else []))
    return replace(answer, headline=Text(*dated, *headline), finding=finding)


def unanswered(question: Question, script: Script) -> Answer:
    """Return an answer that only gives the reason why there is none."""
    nothing, reason = Traced(pd.DataFrame(), "None"), Text(script.reason)
    return Answer(question, script, nothing, nothing, headline=reason, finding=reason)


def answer_of(
    question: Question, program: ProgramData, *, dates: DatesLike | None = None,
    options: Mapping[str, Any] | None = None,
) -> Answer:  # fmt: skip
    """Answer a question about a program, as of the oldest list that it needs.

    Raises
    ------
    ArgumentError, ArgumentTypeError, MissingArgumentError
        An option is unknown or missing, or has a value that isn't allowed.
    """
    values = question.read_options(options)
    days = None
    if dates is not None:
        today = program.moment.tz_convert(program.zone).date()
        days = DateRange.parse(dates, today=today)
    made = list[Answer]()
    script = Script.written(
        question.name, program,
        lambda script: made.append(answered(question, script, days, values)),
        needs=question.needs, uses=question.uses,
    )  # fmt: skip
    return unanswered(question, script) if script.reason else made[0]


def answer_from(
    question: Question, frames: Mapping[str, Traced], zone: str, *, now: InstantLike | None = None,
    dates: DatesLike | None = None, recorder: Recorder | None = None, currency: str = "USD",
    options: Mapping[str, Any] | None = None, missing: Iterable[str] = (),
) -> Answer:  # fmt: skip
    """Answer a question from frames that are there already.

    Parameters
    ----------
    frames
        Frames by name; those that the question doesn't read are ignored.
    recorder
        The script that made them.
    currency
        The currency of amounts whose frame has no column ``currency``.
    missing
        The names of frames that should be there.
    """
    known = {
        name: with_declared_words(name, frames[name])
        for name in question.readable
        if name in frames
    }
    for name, frame in known.items():
        has_amounts = "amount_cents" in frame.value.columns
        if has_amounts and currency != "USD" and "currency" not in frame.value.columns:
            known[name] = frame.assign(currency=currency)
    values = [traced.value for traced in known.values()]
    name = next(filter(None, map(project_of, values)), "Program")
    script = Recorder() if recorder is None else recorder
    # The server's clock goes on, so each surface would answer for another moment.
    if now is None and not question.is_of_now:
        now = max(filter(None, map(loaded_at, values)), default=None)
    why = dict.fromkeys(missing, "they weren't given")
    program = ProgramData(name, "", moment_of(now, values), zone, known, why, script)
    with kept_warnings():  # they are among the answer's notes
        return answer_of(question, program, dates=dates, options=options)
