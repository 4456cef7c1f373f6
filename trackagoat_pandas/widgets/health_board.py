"""The board of a program's health: a tile for each part, one click from its evidence."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping
from functools import cached_property
from typing import Any, Final

import ipywidgets as ipw
import pandas as pd

from trackagoat_pandas.asking.health import HEALTH, PARTS
from trackagoat_pandas.asking.kernel import Answer, Question, answer_from
from trackagoat_pandas.base.wording import cut
from trackagoat_pandas.helpers.facts import mismatch_of, server_now, zone_of
from trackagoat_pandas.helpers.granularity import day_text
from trackagoat_pandas.helpers.health.statuses import STATUSES
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.inputs.arrow import takes_arrow
from trackagoat_pandas.load.analytics import load_analytics
from trackagoat_pandas.load.comments import load_comments
from trackagoat_pandas.load.payouts import load_payout_accruals, load_payout_payments
from trackagoat_pandas.load.resources import load_creators, load_goal_compliance, load_videos
from trackagoat_pandas.plots.health import health as plot_health
from trackagoat_pandas.program.frames import ANALYTICS_DAYS
from trackagoat_pandas.showing.recorder import Recorder, Traced, given
from trackagoat_pandas.store.store import Store
from trackagoat_pandas.widgets.alerts_board import PAGE as ALERTS
from trackagoat_pandas.widgets.alerts_board import (
    WIDE_STYLE,
    SeenAlerts,
    silences_of,
    with_silences,
)
from trackagoat_pandas.widgets.answers import answer_view, asked
from trackagoat_pandas.widgets.board import (
    Tile,
    View,
    asked_timezone,
    height_of,
)
from trackagoat_pandas.widgets.panel import check_client
from trackagoat_pandas.widgets.pickers import Picker
from trackagoat_pandas.widgets.project_load import FrameLoad, ProjectLoad, StepwiseBoard

_PROGRAM: Final = "Program"
_METRICS: Final = ("views", "likes", "comments", "shares", "saves", "followers")
"""The metrics of goals other than posts."""
_LOADS: Final = (
    FrameLoad("creators", load_creators),
    FrameLoad("goals", load_goal_compliance),
    FrameLoad("payments", load_payout_payments),
    FrameLoad("accruals", load_payout_accruals),
    FrameLoad(
        "analytics", load_analytics,
        lambda _, frames: ["creator", frames["creators"], list(_METRICS)],
        {"dates": f"last {ANALYTICS_DAYS} days", "clip": True}, owners="creators",
    ),
    FrameLoad("videos", load_videos),
    FrameLoad("comments", load_comments, options={"dates": "last 28 days"}),
)  # fmt: skip
"""What the board loads: all that a part needs, but for forecasts, which only a store has."""
_COLUMNS: Final = ("status", "part", "since", "advice", "evidence")
_SHORT: Final = 48


class SeenHealth:
    """The health of a program, and the evidence of each part, worked out once.

    Parameters
    ----------
    frames
        The frames of the program, by the names of the arguments of :func:`program_health`.
    recorder
        The code of these frames.
    zone, currency
        The time zone of days, and the currency of amounts.
    """

    def __init__(
        self, frames: Mapping[str, Traced], recorder: Recorder, zone: str, currency: str
    ) -> None:
        self.frames, self.recorder, self.zone, self.currency = frames, recorder, zone, currency
        values = [frame.value for frame in frames.values()]
        # Time goes on, so that the code says until when: else it would give another health.
        self._given: dict[str, Any] = {"now": f"{server_now(values):%Y-%m-%dT%H:%M:%SZ}"}
        if not (values and all(zone_of(None, [one]) == zone for one in values)):
            self._given["timezone"] = zone
        if currency != "USD":
            self._given["currency"] = currency
        self._answers = dict[str, Traced]()

    @cached_property
    def answer(self) -> Answer:
        """How the program does."""
        answer = answer_from(
            HEALTH, self.frames, self.zone, now=self._given["now"], currency=self.currency
        )
        if answer.script.error is not None:
            raise answer.script.error
        return answer

    @property
    def health(self) -> Traced:
        """The parts with their status."""
        return Traced(self.answer.script.results["health"].value, self.answer.script.source)

    def answer_to(self, part: str) -> Traced:
        """Return the answer behind a part; the worst, if it has several questions."""
        if part not in self._answers:
            questions = questions_of(part, self.frames)
            found = (asked(question, self.frames, **self._given) for question in questions)
            self._answers[part] = min(found, key=lambda one: STATUSES.index(one.value.level))
        return self._answers[part]

    def view_of(self, part: str) -> View:
        """List the rows behind a part, below their picture."""
        return answer_view(self.recorder.branch(), self.answer_to(part), self.zone, self.currency)


class HealthBoard(StepwiseBoard):
    """Show how a program does on one page: a tile for each part, one click from its evidence.

    Parameters
    ----------
    videos : DataFrame, optional
        The frame of :func:`load_videos`. A part whose frames aren't given is unknown. Without
        any frame, those of one project are loaded in the background, except forecasts, with at
        most 30 requests. If that doesn't suffice, the button "Load" loads the rest.
    creators : DataFrame, optional
        The frame of :func:`load_creators`.
    analytics : DataFrame, optional
        The frame of :func:`load_analytics`.
    goals : DataFrame, optional
        The frame of :func:`load_goal_compliance`.
    comments : DataFrame, optional
        The frame of :func:`load_comments`.
    accruals : DataFrame, optional
        The frame of :func:`load_payout_accruals`.
    payments : DataFrame, optional
        The frame of :func:`load_payout_payments`.
    forecasts : DataFrame, optional
        The result of :func:`score_forecasts`.
    alerts : DataFrame, optional
        The frame of :func:`watch`, for a page of what fires.
    store : Store, optional
        The store in which the watch remembers its alerts. With it, or with `state`, alerts can
        be silenced until a day.
    state : str or path, optional
        The file in which the watch remembers its alerts, if it isn't the store's own.
    project : str or ProjectPicker, optional
        A project's id or exact name, or a :class:`ProjectPicker` to follow.
    timezone : str, optional
        The organization's time zone; by default that of the frames' attributes, or else UTC.
    currency : str, default 'USD'
        The currency of amounts whose frame has no column ``currency``.
    client : Client, optional
        The client to load with; by default the picker's, or the one that ``connect`` made last.

    Attributes
    ----------
    frame : pandas.DataFrame or None
        The page's table: the parts, or the rows behind one of them.
    figure : matplotlib.figure.Figure
        The page's picture.
    code : str
        Python that rebuilds both from the given frames, under the names above.
    page : ipywidgets.ToggleButtons
        ``"Program"``, ``"Alerts"``, or a part whose frames there are, with the answer to its
        question. A click on a tile, a row or a block turns to the part's page.

    Raises
    ------
    MissingColumnError, ArgumentError, ArgumentTypeError
        A column is missing, or an argument is not allowed.

    See Also
    --------
    program_health : Judge a program part by part.
    widgets.Home : See the program on one screen.
    watch : List what began, goes on and ended.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     videos = tgp.load_videos("Q1 Brand Program")
    >>> board = tgp.widgets.HealthBoard(videos=videos)
    >>> board.page.options
    ('Program', 'Data', 'Over-posting')
    """

    what, needs_project, page_rows, loads = "the program", True, len(PARTS), _LOADS

    @takes_arrow
    def __init__(
        self,
        *,
        videos: pd.DataFrame | None = None,
        creators: pd.DataFrame | None = None,
        analytics: pd.DataFrame | None = None,
        goals: pd.DataFrame | None = None,
        comments: pd.DataFrame | None = None,
        accruals: pd.DataFrame | None = None,
        payments: pd.DataFrame | None = None,
        forecasts: pd.DataFrame | None = None,
        alerts: pd.DataFrame | None = None,
        store: Store | None = None,
        state: str | os.PathLike[str] | None = None,
        project: str | Picker | None = None,
        timezone: str | None = None,
        currency: str = "USD",
        client: Client | None = None,
    ) -> None:
        check_client(client)
        frames = given(
            videos=videos, creators=creators, analytics=analytics, goals=goals, comments=comments,
            accruals=accruals, payments=payments, forecasts=forecasts,
        )  # fmt: skip
        self._timezone, self._currency = asked_timezone(timezone, frames, client), currency
        self._all: SeenHealth | None = None
        self._parts: Mapping[str, str] = {}
        zone = zone_of(self._timezone, [frame.value for frame in frames.values()]) or "UTC"
        self.silences = silences_of(store, state, zone)
        self._watched = None
        if alerts is not None:
            self._watched = SeenAlerts(Traced(alerts, "alerts"), Recorder(), zone)
            self.silences.offer(self._watched)
        self.page = ipw.ToggleButtons(options=[_PROGRAM], style={"button_width": "auto"})
        self._listen(self.page, lambda _: self._draw())
        super().__init__(
            "Health", "health", [], tabs=[self.page], is_given=bool(frames), project=project,
            client=client,
        )  # fmt: skip
        self.body.children = [ipw.HTML(WIDE_STYLE), *with_silences(self, self.silences)]
        self.add_class("trackagoat-wide")
        self.reload() if not frames else self._open(self._seen(frames, Recorder()))

    def _seen(self, frames: Mapping[str, Traced], recorder: Recorder) -> SeenHealth:
        zone = zone_of(self._timezone, [frame.value for frame in frames.values()])
        return SeenHealth(frames, recorder, zone or "UTC", self._currency)

    def _open(self, loaded: Any) -> None:
        if isinstance(loaded, ProjectLoad):
            lines = [line for name in loaded.frames for line in loaded.lines[name]]
            if not loaded.is_complete:
                self._ask_for_rest(loaded, "The unknown parts take {}")
            if not loaded.frames:
                return
            loaded = self._seen(loaded.frames, Recorder(lines))
        self._all = loaded
        with self._showing():
            page = self.page.value
            watched = [] if self._watched is None else [ALERTS]
            self._parts = pages_of(loaded)
            self.page.options = [_PROGRAM, *watched, *self._parts]
            self.page.value = page if page in self.page.options else _PROGRAM
        self._draw()

    def _pick(self, column: str, id_: str) -> None:
        if column == "key":
            self.silences.choose(id_)
        page = _page_called(id_)
        if column == "part" and page in self.page.options:
            self.page.value = page

    def _draw(self) -> None:
        if self._all is None:
            return
        page, seen = self.page.value, self._all
        self._title("Health", seen.answer.finding)
        tiles, watched = tiles_of(seen, self.page.options), self._watched
        if watched is not None:
            tiles = {ALERTS: watched.tile(), **tiles}
        if page == ALERTS and watched is not None:
            view = watched.view()
        else:
            view = program_page(seen) if page == _PROGRAM else seen.view_of(self._parts[page])
        self._notice(*_said_of(page, seen), *self._notes(seen))
        self.show(view, tiles)
        self.silences.show(is_shown=page == ALERTS)

    def _notes(self, seen: SeenHealth) -> Iterable[str]:
        """List the caveats of the frames."""
        frames = {name: traced.value for name, traced in seen.frames.items()}
        yield from self._caveats_of(frames)
        if problem := mismatch_of(frames):
            yield f"{problem}."


def _said_of(page: str, seen: SeenHealth) -> list[str]:
    """Say the finding of a page's part, and the advice."""
    health = seen.health.value
    rows = health[health["part"].astype(str).map(_page_called) == page]
    said = rows[["evidence", "advice"]].to_numpy(object).ravel()
    return [one for one in said if isinstance(one, str)]


def _page_called(part: str) -> str:
    """Return the page of a part."""
    return part[:1].upper() + part[1:]


def questions_of(part: str, frames: Collection[str]) -> list[Question]:
    """Return the questions behind a part that some frames can answer."""
    return [question for question in PARTS[part].questions if {*frames}.issuperset(question.needs)]


def pages_of(seen: SeenHealth) -> dict[str, str]:
    """Return the parts whose frames there are, by their pages."""
    return {_page_called(part): part for part in PARTS if questions_of(part, seen.frames)}


def tiles_of(seen: SeenHealth, pages: Iterable[str]) -> dict[str, str | Tile]:
    """Return a tile for each part: its status, and since when or why."""
    made: dict[str, str | Tile] = {}
    for row in seen.health.value.to_dict("records"):
        page, status = _page_called(row["part"]), row["status"]
        said = cut(row["evidence"].replace("`", ""), _SHORT)
        if pd.notna(row["since"]):
            said = f"since {day_text(row['since'])}"
        act = f"page:{page}" if page in pages else "page:" + _PROGRAM
        is_good = True if status == "good" else None
        made[page] = Tile(
            status, said, is_good, act, is_alarm=status == "bad", is_grey=status == "unknown"
        )
    return made


def program_page(seen: SeenHealth) -> View:
    """List the parts with their status, below their picture."""
    recorder = seen.recorder.branch()
    frame = recorder.let("frame", seen.health.sort_values("status", kind="stable"))
    plot = recorder.plot(plot_health, frame)
    height = height_of(len(frame.value))
    return View(recorder, frame, plot, [*_COLUMNS], height, seen.zone, pick="part")
