"""Tools that answer the questions of people who run a program, each by a function of ours."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from inspect import Parameter, Signature
from typing import Annotated, Any, Final, Literal

import pandas as pd
from pydantic import Field, WithJsonSchema

from trackagoat_pandas.agents.desk import MOST_REQUESTS, Desk, traced
from trackagoat_pandas.agents.handles import KeptFrame
from trackagoat_pandas.agents.refusals import Refusal
from trackagoat_pandas.agents.untrusted import FIELD, clean, trusted
from trackagoat_pandas.asking.catalogue import QUESTIONS
from trackagoat_pandas.asking.kernel import Question, answer_of
from trackagoat_pandas.asking.options import CENTS, DAYS, MOST_DAYS, NAME, TERMS, Kind
from trackagoat_pandas.base.warnings import kept_warnings
from trackagoat_pandas.helpers.analytics import summarize_analytics
from trackagoat_pandas.helpers.campaigns.summaries import summarize_campaigns
from trackagoat_pandas.helpers.creators import summarize_creators
from trackagoat_pandas.helpers.goals.compliance import summarize_compliance
from trackagoat_pandas.helpers.payouts.money import MOST_CENTS
from trackagoat_pandas.helpers.payouts.summaries import (
    balance_totals,
    summarize_payouts,
)
from trackagoat_pandas.load.analytics import load_analytics
from trackagoat_pandas.program.frames import STORED_FRAMES, ProgramData
from trackagoat_pandas.showing.recorder import Traced

_TEXT, _WHOLE = (WithJsonSchema({"type": name}) for name in ("string", "integer"))
"""Bounds of texts and options are checked, but left out of schemas, since models read them all."""
Project = Annotated[str, Field(max_length=100), _TEXT]
Dates = Annotated[str, Field(pattern=r"^[\w .:-]{0,40}$")]
Id = Annotated[str, Field(pattern=r"^[0-9a-fA-F-]{36}$")]
_Term = Annotated[str, Field(min_length=1, max_length=60), _TEXT]
_Terms = Annotated[Sequence[_Term | Sequence[_Term]], Field(min_length=1, max_length=20)]
_TYPES: Final[Mapping[Kind, Any]] = {
    NAME: Project,
    TERMS: _Terms,
    CENTS: Annotated[int, Field(ge=1, le=MOST_CENTS), _WHOLE],
    DAYS: Annotated[int, Field(ge=1, le=MOST_DAYS), _WHOLE],
}
_MOST_TEXTS: Final = 5
_CENTS: Final = ("owed_cents", "earned_cents", "paid_cents")
_LONGEST_FINDING: Final = 300
_BOOKS: Final = ("accruals", "payments", "creators")


def _parameter(name: str, kind: Any, default: Any = None) -> Parameter:
    """Return a parameter of a tool; without a default it is required."""
    usual = Parameter.empty if default is None else default
    return Parameter(name, Parameter.POSITIONAL_OR_KEYWORD, default=usual, annotation=kind)


class Questions:
    """Answers questions about one program each.

    Parameters
    ----------
    desk
        What the tools of a server share.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def tools(self) -> list[Callable[..., dict[str, Any]]]:
        """Return a tool for each declared question, with its name."""
        return [self._tool(question) for question in QUESTIONS.values()]

    def _tool(self, question: Question) -> Callable[..., dict[str, Any]]:
        """Make a tool of a question, whose options are its parameters."""

        def answer(project: str, dates: str = "", **options: Any) -> dict[str, Any]:
            return self._answer(question, project, dates, options)

        parameters = [_parameter("project", Project)]
        for option in question.options:
            kind: Any = Annotated[_TYPES[option.kind], Field(description=option.about)]
            parameters.append(_parameter(option.name, kind, option.default))
        parameters += [_parameter("dates", Dates, "")] * bool(question.window_days)
        answer.__name__, answer.__doc__ = question.name, question.text
        answer.__signature__ = Signature(parameters)  # type: ignore[attr-defined]
        return answer

    def _answer(
        self, question: Question, project: str, dates: str, given: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Answer a question; the sentence that names somebody is quoted as untrusted."""
        options = question.read_options(given)
        program = self._desk.program(project, *question.needs, *question.names, *question.uses)
        with kept_warnings():  # they are among the answer's notes
            answer = answer_of(question, program, dates=dates or None, options=options)
        if answer.script.reason:
            raise Refusal("These frames have no answer: load them to see what they lack.")
        script = answer.script.recorder.branch()
        rows = script.let(question.flagged_name, answer.flagged_rows.reset_index())
        counted = {*question.needs, *question.uses}.difference(STORED_FRAMES)
        missing = [why for name, why in program.missing.items() if name in counted]
        kept = KeptFrame(
            rows, script, program.now, (*answer.notes, *missing), is_whole=not missing
        ).showing(question.fields, question.units)  # fmt: skip
        untrusted: dict[str, Any] = {"finding": clean(answer.finding, _LONGEST_FINDING)}
        quotes = question.quotes(answer)
        if quotes is not None:
            texts = quotes.value["text"].dropna().drop_duplicates().head(_MOST_TEXTS)
            untrusted["quotes"] = [*map(clean, texts)]
        extra = {"level": answer.level, FIELD: untrusted}
        return self._desk.answer(kept, answer.headline, answer.totals, extra=extra)

    def summarize(
        self,
        project: Project,
        what: Literal["creators", "views", "goals", "payouts", "campaigns"],
        dates: Dates = "",
    ) -> dict[str, Any]:
        """Summarize a program: a row for each creator or campaign. `dates` are for views alone."""
        if dates and what != "views":
            raise Refusal("Only what='views' takes dates.")
        kept = self._views(project, dates) if dates else getattr(self, f"_{what}")(project)
        if what == "campaigns":
            said = "A row for each campaign. Campaigns share posts, so that rows don't add up."
            return self._desk.answer(kept, said, {"campaigns": len(kept.frame)})
        totals: dict[str, Any] = {
            name: int(kept.frame[name].sum())
            for name in kept.frame.columns
            if name in _ADDITIVE and kept.frame[name].notna().any()
        }
        if what == "payouts":
            totals |= _money_totals(kept.frame)
        return self._desk.answer(kept, "A row for each creator.", totals)

    def _views(self, project: str, dates: str = "") -> KeptFrame:
        program = self._desk.program(project, "creators")
        script = program.recorder.branch()
        load = partial(load_analytics, client=self._desk.client, max_requests=MOST_REQUESTS)
        analytics = script.step(
            "analytics", load, "creator", traced(program, "creators"), [*_DAILY],
            dates=dates or "last 28 days", clip=True,
        )  # fmt: skip
        return self._desk.ask_in(script, program, "summary", summarize_analytics, analytics)

    def _creators(self, project: str) -> KeptFrame:
        program = self._desk.program(project, "videos", "creators", "goals")
        given = (traced(program, one) for one in ("creators", "videos", "goals"))
        return self._desk.ask(program, "summary", summarize_creators, *given)

    def _goals(self, project: str) -> KeptFrame:
        program = self._desk.program(project, "goals", "creators")
        goals = traced(program, "goals")
        return self._desk.ask(
            program,
            "summary",
            summarize_compliance,
            goals,
            by="creator",
            **_names(program),
        )

    def _payouts(self, project: str) -> KeptFrame:
        program = self._desk.program(project, *_BOOKS)
        books = traced(program, "accruals"), traced(program, "payments")
        return self._desk.ask(
            program,
            "summary",
            summarize_payouts,
            *books,
            timezone=program.zone,
            **_names(program),
        )

    def _campaigns(self, project: str) -> KeptFrame:
        program = self._desk.program(project, "campaigns", "videos", "accruals")
        given = program.given("campaigns", "videos", "accruals")
        kept = self._desk.ask(program, "summary", summarize_campaigns, **given, now=program.now)
        return kept.showing(_CAMPAIGNS)


_DAILY: Final = ("views", "likes", "comments", "shares")
_CAMPAIGNS: Final = (
    "campaign_name posts views creators target_views target_pct days_left needed_per_day status "
    "currency cost_cents effective_cpm_cents target_at reason campaign_id"
)
_ADDITIVE: Final = frozenset({
    *_DAILY, "posts", "goals",
})  # fmt: skip


def _money_totals(balances: pd.DataFrame) -> dict[str, dict[str, int]]:
    """Sum the owed, overpaid, earned and paid amounts of each currency, in cents."""
    sums = balance_totals(balances)[[*_CENTS, "overpaid_cents"]]
    return {
        str(name): {str(column): int(cents) for column, cents in amounts.items()}
        for name, amounts in zip(sums.index, sums.to_dict("records"), strict=True)
        if trusted("currency", name)
    }


def _names(program: ProgramData) -> dict[str, Traced]:
    return {"names": program.frames["creators"]} if "creators" in program.frames else {}
