"""A section of a report while it is written: its script, and numbers that know their code."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from trackagoat_pandas.asking.kernel import Answer, Question, answered
from trackagoat_pandas.asking.script import MOST_ROWS, Script, chosen
from trackagoat_pandas.asking.sentences import Drawing, Number, Sentence
from trackagoat_pandas.base.wording import MINUS, cut
from trackagoat_pandas.program.frames import ProgramData
from trackagoat_pandas.reporting.document import Listing, Section
from trackagoat_pandas.showing.cells import BLANK, one_line
from trackagoat_pandas.store.store import Store

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_NAMED: Final = 3
"""How many rows of an answer have a sentence."""
_LINE: Final = 90
"""The most letters of a comment."""
Writer = Callable[["Draft"], None]


class Draft(Script):
    """A section that is being written.

    Parameters
    ----------
    name, program
        Those of a script.
    title
        The section's heading.
    store
        The store that the frames are from, for what has been restated.
    """

    def __init__(
        self, name: str, program: ProgramData, *, title: str, store: Store | None = None
    ) -> None:
        super().__init__(name, program)
        self.title, self.store = title, store
        self.sentences, self.findings = list[Sentence](), list[Sentence]()
        self.listings = list[Listing]()
        self.picture: Drawing | None = None

    def answer(self, question: Question) -> Answer:
        """Write the answer of a question: its finding, lines, record, table and picture.

        A section of several parts may write more before and after it.
        """
        answer = answered(question, self)
        if self.reason:
            return answer
        self.findings.append(answer.finding.parts)
        # An earlier sentence has named the moment.
        finding = answer.finding.parts[bool(self.as_of and self.sentences) :]
        self.sentences += [finding]
        self.sentences += [
            answer.line(str(id_)).parts
            for id_ in answer.rows.index[question.is_first_said : _NAMED]
        ]
        if answer.record:
            self.sentences.append(answer.record.parts)
        rows = answer.table(MOST_ROWS)
        self.list(
            question.caption, [column.heading for column in question.columns], rows,
            numeric="".join(column.side for column in question.columns), of=answer.count,
        )  # fmt: skip
        self.picture = answer.picture or self.picture
        return answer

    def say(self, *parts: str | Number) -> None:
        """Add a sentence; the first one names an earlier moment."""
        dated = [self.as_of] * bool(self.as_of and not self.sentences)
        self.sentences.append([*dated, *parts])

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

    def section(self) -> Section:
        """Return the section as written."""
        if self.reason:
            return Section(self.name, self.title, reason=self.reason, moment=self.moment)
        return Section(
            self.name, self.title, self.sentences, self.listings, self.picture,
            self.recorder.code_for(self.used), self.caveats, moment=self.moment,
            findings=self.findings,
        )  # fmt: skip


def section(
    title: str, *, needs: Sequence[str] = (), uses: Sequence[str] = ()
) -> Callable[[Writer], Callable[..., Section]]:
    """Make a section of a function that writes one; what the package refuses is the reason.

    Parameters
    ----------
    title
        The section's heading.
    needs, uses
        The frames that it counts, as for a script.
    """

    def of(write: Writer) -> Callable[..., Section]:
        @functools.wraps(write)
        def made(
            program: ProgramData, store: Store | None = None, moment: pd.Timestamp | None = None
        ) -> Section:
            draft = Draft.written(
                write.__name__, program, write, needs=needs, uses=uses, moment=moment,
                title=title, store=store,
            )  # fmt: skip
            return draft.section()

        return made

    return of


def line_text(text: object) -> str:
    """Write a comment on one line."""
    return cut(one_line(text), _LINE) if isinstance(text, str) else BLANK


def records_of(rows: pd.DataFrame, most: int = MOST_ROWS) -> Iterator[tuple[str, dict[Any, Any]]]:
    """Give the first rows of a frame for a table, each with its label as text."""
    shown = rows.head(most)
    return zip(map(str, shown.index), shown.to_dict("records"), strict=True)


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
