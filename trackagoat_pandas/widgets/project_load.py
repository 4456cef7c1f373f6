"""Load a project's frames for a board, and go on where an earlier load stopped."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, NamedTuple, TypeAlias

import pandas as pd

from trackagoat_pandas.base.warnings import kept_warnings
from trackagoat_pandas.errors import RequestBudgetError, TrackaGoatError
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.http.session import Session
from trackagoat_pandas.load.openapi import takes_several_entities
from trackagoat_pandas.load.planning import Plan, estimate_load
from trackagoat_pandas.program.frames import MOST_UNASKED, without_warnings_of_few_days
from trackagoat_pandas.showing.recorder import Recorder, Statement, Traced
from trackagoat_pandas.widgets.board import ProjectBoard

Arguments: TypeAlias = Callable[[str, Mapping[str, Traced]], Sequence[object]]


def of_project(project: str, _frames: Mapping[str, Traced]) -> Sequence[object]:
    """Return the arguments of a list of a project."""
    return [project]


class FrameLoad(NamedTuple):
    """One frame to load.

    Parameters
    ----------
    name, load
        The frame's name, and its loader.
    arguments
        Returns the loader's positional arguments, given the project and the frames loaded so far.
    options
        The loader's other arguments.
    owners
        The name of the frame with the entities whose series are loaded. Without rows in it,
        nothing is loaded.
    """

    name: str
    load: Callable[..., pd.DataFrame]
    arguments: Arguments = of_project
    options: Mapping[str, Any] = {}
    owners: str = ""


class Cost(NamedTuple):
    """The fewest and the most requests of a load; ``most`` is None if it isn't known.

    Examples
    --------
    >>> Cost(1, 1).text, Cost(2, 40).text, Cost(12, None).text
    ('1 request', '2 to 40 requests', '12 or more requests')
    """

    least: int
    most: int | None

    @property
    def text(self) -> str:
        """The number of requests in words."""
        most = " or more" if self.most is None else f" to {self.most:,}" * (self.most > self.least)
        return f"{self.least:,}{most} request{'s' * (self != (1, 1))}"

    @classmethod
    def of(cls, plan: Plan) -> Cost:
        """Return the cost of a plan."""
        return cls(plan.least, plan.most)


class ProjectLoad:
    """Load a project's frames one after another, and keep each of them.

    Parameters
    ----------
    loads
        The frames to load. Put lists of unknown length last: such a list is started again from its
        first page if the allowed requests don't suffice.
    project
        A project's id or exact name.

    Attributes
    ----------
    frames
        The frames loaded so far, by name.
    lines
        The code that loaded each of them.
    most
        The most requests that were allowed last; None for any number.
    """

    def __init__(self, loads: Sequence[FrameLoad], project: str) -> None:
        self._loads, self._project = loads, project
        self._least = dict[str, int]()
        self.most: int | None = 0
        self.frames = dict[str, Traced]()
        self.lines = dict[str, Sequence[Statement]]()

    @property
    def is_complete(self) -> bool:
        """Whether all frames are loaded."""
        return not self._missing()

    def _missing(self) -> list[FrameLoad]:
        """Return the loads that are still to do."""
        return [
            load for load in self._loads
            if load.name not in self.frames and not self._has_no_owners(load)
        ]  # fmt: skip

    def _has_no_owners(self, load: FrameLoad) -> bool:
        return load.owners in self.frames and self.frames[load.owners].value.empty

    def _is_ready(self, load: FrameLoad) -> bool:
        return not load.owners or load.owners in self.frames

    def go_on(self, session: Session, most: int | None) -> ProjectLoad:
        """Load the missing frames that the allowed requests suffice for; return this load."""
        self.most = most
        # Other boards send requests with the same client, and these don't count here.
        session = Session(session, budget=most)
        for load in self._loads:
            if load not in self._missing() or not self._is_ready(load):
                continue
            if load.owners:
                with suppress(TrackaGoatError):  # without it, the estimate has a wider range
                    takes_several_entities(session)
            recorder = Recorder()
            run = partial(load.load, client=session, max_requests=session.requests_left)
            arguments = load.arguments(self._project, self.frames)
            try:
                with without_warnings_of_few_days(load.options):
                    frame = recorder.step(load.name, run, *arguments, **load.options)
                self.frames[load.name] = frame
            except RequestBudgetError as error:
                self._least[load.name] = error.needed or error.max_requests + 1
            else:
                self.lines[load.name] = recorder.statements
        return self

    def cost(self, client: Client) -> Cost:
        """Estimate the requests that the missing frames take."""
        least, most = 0, list[int | None]()
        for load in self._missing():
            fewest, plan_most = 1, None
            if self._is_ready(load):
                given = [
                    value.value if isinstance(value, Traced) else value
                    for value in load.arguments(self._project, self.frames)
                ]
                plan = estimate_load(load.load, *given, client=client, **load.options)
                fewest, plan_most = plan.least, plan.most
            least += max(fewest, self._least.get(load.name, 0))
            most.append(plan_most)
        known = [each for each in most if each is not None]
        return Cost(least, sum(known) if len(known) == len(most) else None)


class StepwiseBoard(ProjectBoard):
    """A board of a project that asks before it sends more than 30 requests."""

    loads: Sequence[FrameLoad] = ()
    """The frames that it loads."""

    def _load_all(self, view: Session, project: str | None) -> ProjectLoad:
        """Load the frames that 30 requests suffice for."""
        with kept_warnings():  # of days before the data, which the board leaves out
            return ProjectLoad(self.loads, str(project)).go_on(view, MOST_UNASKED)

    def _ask_for_rest(self, loaded: ProjectLoad, sentence: str) -> None:
        """Ask before the missing frames are loaded, with the requests that they take."""
        client = self._client
        if client is None:
            return

        def answer() -> None:
            self._load(client, self.what, lambda view: loaded.go_on(view, None), self._open)

        self._ask(f"{sentence.format(loaded.cost(client).text)}: press Load.", answer)
