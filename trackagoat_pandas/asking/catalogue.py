"""Ask a question about a project, and list the questions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final

import pandas as pd

from trackagoat_pandas.asking.breakouts import BREAKOUTS
from trackagoat_pandas.asking.budget import BUDGET
from trackagoat_pandas.asking.campaigns import CAMPAIGNS
from trackagoat_pandas.asking.captions import CAPTIONS
from trackagoat_pandas.asking.comments import COMMENTS
from trackagoat_pandas.asking.cost import COST
from trackagoat_pandas.asking.data import DATA
from trackagoat_pandas.asking.forecasts import FORECASTS
from trackagoat_pandas.asking.goals import GOALS
from trackagoat_pandas.asking.health import HEALTH
from trackagoat_pandas.asking.inbox import INBOX
from trackagoat_pandas.asking.kernel import Answer, Question, answer_from, answer_of
from trackagoat_pandas.asking.ledger import LEDGER
from trackagoat_pandas.asking.lift import LIFT
from trackagoat_pandas.asking.overposting import OVERPOSTING
from trackagoat_pandas.asking.owed import OWED
from trackagoat_pandas.asking.silent import SILENT
from trackagoat_pandas.asking.under_fire import UNDER_FIRE
from trackagoat_pandas.asking.view_quality import VIEW_QUALITY
from trackagoat_pandas.asking.views import VIEWS
from trackagoat_pandas.base.spelling import did_you_mean
from trackagoat_pandas.base.types import DatesLike
from trackagoat_pandas.base.warnings import kept_warnings
from trackagoat_pandas.errors import ArgumentError, ArgumentTypeError, MissingArgumentError
from trackagoat_pandas.helpers.clocks import InstantLike
from trackagoat_pandas.helpers.facts import zone_of
from trackagoat_pandas.helpers.payouts.money import check_currency
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.inputs.arrow import takes_arrow
from trackagoat_pandas.inputs.checks import check_frame, check_int
from trackagoat_pandas.inputs.dates import DateRange, is_relative
from trackagoat_pandas.program.frames import (
    MOST_UNASKED,
    loaded_program,
    stored_program,
)
from trackagoat_pandas.showing.recorder import Traced
from trackagoat_pandas.store.scope import read_as_of
from trackagoat_pandas.store.store import Store

QUESTIONS: Final[Mapping[str, Question]] = MappingProxyType(
    {
        question.name: question
        for question in (
            HEALTH,
            VIEWS,
            GOALS,
            OWED,
            LEDGER,
            COST,
            BUDGET,
            BREAKOUTS,
            VIEW_QUALITY,
            UNDER_FIRE,
            COMMENTS,
            SILENT,
            OVERPOSTING,
            INBOX,
            CAPTIONS,
            CAMPAIGNS,
            LIFT,
            FORECASTS,
            DATA,
        )
    }
)
"""The questions by name, in the order in which surfaces list them."""


@takes_arrow
def questions() -> pd.DataFrame:
    """List the questions that :func:`ask` answers, with the thresholds of every surface.

    Returns
    -------
    pandas.DataFrame
        One row for each question: ``name`` and ``question`` (str); ``needs`` and ``uses`` (str: the
        frames that it can't do without, and those that it also counts); ``options`` (str: what
        :func:`ask` takes as `options`, each with its default unless it is required); ``surfaces``
        (str: the sections, rules, parts and widgets that give its answer); ``unit`` (str: what a
        level measures); ``watch``, ``bad``, ``fires`` and ``clears`` (Float64: the level from which
        a row counts in a finding, makes the program's health bad, and begins and ends an alert; NA
        where it doesn't) and ``why`` (str: why they differ).

    See Also
    --------
    ask : Answer one of them.
    watch : Announce the rows that reach ``fires``.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> print(tgp.questions()[["name", "question"]].to_string(index=False))
            name                          question
          health         How is the program doing?
           views             What moved the views?
           goals             Who will miss a goal?
            owed                 Who is owed what?
          ledger              Is the ledger right?
            cost        What will this month cost?
          budget    How long will the budget last?
       breakouts            Which posts broke out?
    view_quality          Do the views look right?
      under_fire       Which posts are under fire?
        comments               What do people say?
          silent              Who has gone silent?
     overposting      Who posts too much in a day?
           inbox       What is waiting for review?
        captions   Which posts lack required tags?
       campaigns            Are campaigns on pace?
            lift          What did a campaign add?
       forecasts         Were our forecasts right?
            data Is the data complete and current?
    """
    rows = [
        {
            "name": question.name, "question": question.text, "needs": ", ".join(question.needs),
            "uses": ", ".join(question.uses), "options": ", ".join(map(str, question.options)),
            "surfaces": ", ".join(question.surfaces), "unit": at.unit, "watch": at.watch,
            "bad": at.bad, "fires": at.fires, "clears": at.clears, "why": at.why,
        }
        for question in QUESTIONS.values()
        for at in [question.thresholds]
    ]  # fmt: skip
    levels = dict.fromkeys(("watch", "bad", "fires", "clears"), "Float64")
    return pd.DataFrame(rows).astype(levels)


@takes_arrow
def ask(
    name: str,
    project: str | None = None,
    *,
    dates: DatesLike | None = None,
    now: InstantLike | None = None,
    store: Store | None = None,
    frames: Mapping[str, pd.DataFrame] | None = None,
    options: Mapping[str, Any] | None = None,
    timezone: str | None = None,
    currency: str = "USD",
    max_requests: int = MOST_UNASKED,
    client: Client | None = None,
) -> Answer:
    """Answer a question about a project.

    Parameters
    ----------
    name : str
        The name of a question, as :func:`questions` lists them.
    project : str, optional
        The project's id or exact name; not needed with `frames`.
    dates : str, tuple or DateRange, optional
        The days that the answer is about, where a question takes days; by default its own.
    now : str or datetime, optional
        The instant for which to answer: with a store what it knew by then, with `frames` an earlier
        moment than that of their load. By default that of the newest data, and for the questions
        ``"data"`` and ``"health"`` this very moment.
    store : Store, optional
        The store to read; nothing is requested then.
    frames : dict, optional
        Loaded frames by name, such as ``{"goals": goals, "videos": videos}``; nothing is requested
        then.
    options : dict, optional
        What the question has to know, by name, such as ``{"required": "#ad"}``; :func:`questions`
        lists what each takes.
    timezone : str, optional
        IANA name of the time zone of days, for `frames`; by default the organization's, from a
        frame, or UTC.
    currency : str, default 'USD'
        The currency of amounts whose frame has no column ``currency``, for `frames`.
    max_requests : int, default 30
        The most requests that loading may take. Frames beyond it are left out, and the answer's
        notes name them.
    client : Client, optional
        The client to load with; by default the one that ``connect`` made last.

    Returns
    -------
    Answer
        ``finding`` (str: the result in one or two sentences), ``level`` (``"good"``, ``"watch"``,
        ``"bad"`` or ``"unknown"``), ``rows`` (DataFrame: the rows that the finding counts, the most
        urgent first), ``totals`` (dict: the numbers behind it), ``lines`` (a sentence for each
        row), ``notes``, ``record`` (how often such answers were right), ``advice``, ``code``
        (Python that computes the rows), ``plot()`` and ``show()``. In a notebook it shows itself.

    Raises
    ------
    ArgumentError, ArgumentTypeError, MissingArgumentError
        No question has the name, or an argument is not allowed. Nothing was requested.
    UnknownProjectError, AmbiguousProjectError
        No project has the name, or several have it.
    StoreMissingError
        The store has nothing of that moment.
    ApiError, ConnectionFailedError, DeadlineError
        A list can't be loaded.

    See Also
    --------
    questions : List the questions.
    report : Write the week on one page.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     answer = tgp.ask("goals", "Summer Launch")
    >>> answer.totals["open"], answer.level
    (2, 'watch')
    """
    question = _question(name)
    values = question.read_options(options)
    days: DatesLike | None = None
    if dates is not None:
        if question.window_days is None:
            problem = f"{name!r} is about the present: leave it out"
            raise ArgumentError("dates", dates, problem=problem)
        # A loaded program knows today, to which other texts are relative.
        days = dates if is_relative(dates) else DateRange.parse(dates)
    check_int("max_requests", max_requests, minimum=1)
    check_currency(currency)
    if frames is not None:
        if not isinstance(frames, Mapping):
            raise ArgumentTypeError("frames", frames, "a dict of frames by name")
        traced = _checked(question, frames)
        zone = zone_of(timezone, [*frames.values()]) or "UTC"
        return answer_from(
            question, traced, zone, now=now, dates=days, currency=currency, options=values
        )
    if project is None:
        raise MissingArgumentError("project", "pass a project's id or name, or frames=")
    other_currency = None if currency == "USD" else currency
    for argument, value in (("timezone", timezone), ("currency", other_currency)):
        if value is not None:
            problem = "a project knows its own: leave it out, or pass frames="
            raise ArgumentError(argument, value, problem=problem)
    if store is not None:
        if not isinstance(store, Store):
            raise ArgumentTypeError("store", store, "a store, as tgp.open_store returns it")
        as_of: dt.datetime | None = read_as_of(store.archive, now)
        program = stored_program(project, store=store, as_of=as_of, wanted=question.loaded)
        if question.is_of_now:
            ran_at = min(filter(None, (as_of, store.archive.server_time())))
            program = replace(program, moment=pd.Timestamp(ran_at).floor("s"))
    else:
        if now is not None:
            problem = "only a store or frames know an earlier moment: pass store="
            raise ArgumentError("now", now, problem=problem)
        program = loaded_program(
            project, client=client, wanted=question.loaded, max_requests=max_requests
        )
    with kept_warnings():  # they are among the answer's notes
        return answer_of(question, program, dates=days, options=values)


def _question(name: str) -> Question:
    if not isinstance(name, str):
        raise ArgumentTypeError("name", name, "the name of a question")
    if name not in QUESTIONS:
        near = did_you_mean(name, QUESTIONS) or f" The questions are {', '.join(QUESTIONS)}."
        raise ArgumentError("name", name, problem=f"there is no question {name!r}.{near}")
    return QUESTIONS[name]


def _checked(question: Question, frames: Mapping[str, pd.DataFrame]) -> dict[str, Traced]:
    """Return the user's frames by name, if the question reads them."""
    known = question.readable[1:]
    for name, frame in frames.items():
        if name not in known:
            near = did_you_mean(name, known) or f" It reads {', '.join(known)}."
            raise ArgumentError("frames", name, problem=f"it reads no {name!r}.{near}")
        check_frame(name, frame)
    return {name: Traced(frame, name) for name, frame in frames.items()}
