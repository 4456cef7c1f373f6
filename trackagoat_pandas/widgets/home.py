"""The home of a program: its figures, what to do about them, and doors to the other boards."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from threading import Thread
from typing import Any, Final, NamedTuple, Self, TypeAlias

import ipywidgets as ipw
import pandas as pd

from trackagoat_pandas.asking.views import VIEWS
from trackagoat_pandas.base.html import note
from trackagoat_pandas.base.threads import start_thread
from trackagoat_pandas.errors import (
    ArgumentError,
    MissingArgumentError,
    RequestBudgetError,
    TrackaGoatError,
)
from trackagoat_pandas.helpers.facts import zone_of
from trackagoat_pandas.helpers.loads import combine_loads
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.http.session import Session
from trackagoat_pandas.inputs.arrow import takes_arrow
from trackagoat_pandas.inputs.checks import check_int, require_columns, without_frame_warnings
from trackagoat_pandas.inputs.dates import DateRange
from trackagoat_pandas.load.analytics import load_analytics
from trackagoat_pandas.load.auditing import LISTS, load_assignments, load_findings
from trackagoat_pandas.load.comments import load_comments
from trackagoat_pandas.load.payouts import (
    load_payout_accruals,
    load_payout_payments,
    load_payout_structures,
)
from trackagoat_pandas.load.planning import estimate_load
from trackagoat_pandas.load.resources import load_creators, load_goal_compliance, load_videos
from trackagoat_pandas.plots.trend import trend
from trackagoat_pandas.program.frames import ANALYTICS_DAYS, MOST_UNASKED
from trackagoat_pandas.showing.captions import project_of
from trackagoat_pandas.showing.recorder import Recorder, Statement, Traced, given, literal
from trackagoat_pandas.widgets import home_parts as parts
from trackagoat_pandas.widgets.board import View
from trackagoat_pandas.widgets.explorer import NEEDED, Explorer
from trackagoat_pandas.widgets.explorer_views import changes_view
from trackagoat_pandas.widgets.goal_board import GoalBoard
from trackagoat_pandas.widgets.panel import Panel, check_client, show_if, style_of
from trackagoat_pandas.widgets.payout_board import PayoutBoard
from trackagoat_pandas.widgets.pickers import Picker
from trackagoat_pandas.widgets.posting_board import PostingBoard
from trackagoat_pandas.widgets.project_load import (
    Cost,
    FrameLoad,
    ProjectLoad,
    StepwiseBoard,
)
from trackagoat_pandas.widgets.sentiment_radar import SentimentRadar
from trackagoat_pandas.widgets.video_board import VideoBoard

_HOME: Final = "Home"
_DAYS: Final = (("Last 7 days", 7), ("Last 28 days", 28), ("Last 90 days", 90))
_MOVERS: Final = 3
"""The bars of a change, so that all is on one screen; the table below lists all."""
_MANY: Final = {
    "goals": ("goals", 100), "breakouts": ("videos", 10_000), "under_fire": ("comments", 50_000),
    "money": ("accruals", 1_000),
}  # fmt: skip
"""The sentences that take up to a second where a frame has more rows than this: they are worked out
after all else is shown."""
_HOME_STYLE: Final = style_of("home.css")


class Door(NamedTuple):
    """A board that a home opens: its name, what makes it, and the frames that it needs."""

    name: str
    open: Callable[[parts.Program, DateRange, Client | None], Panel]
    needs: tuple[str, ...]


def _frames_of(program: parts.Program, *names: str) -> dict[str, Any]:
    return {name: traced.value for name, traced in program.given(*names).items()}


def _explorer(program: parts.Program, days: DateRange, client: Client | None) -> Panel:
    return Explorer(program.frames["analytics"].value, dates=days, client=client)


def _goals(program: parts.Program, _days: DateRange, client: Client | None) -> Panel:
    frames = _frames_of(program, "goals", "videos", "analytics")
    return GoalBoard(**frames, timezone=program.zone, client=client)


def _payouts(program: parts.Program, _days: DateRange, client: Client | None) -> Panel:
    names = ("accruals", "payments", "creators", "structures", "assignments", "videos")
    frames = _frames_of(program, *names)
    return PayoutBoard(**frames, timezone=program.zone, currency=program.currency, client=client)


def _sentiment(program: parts.Program, _days: DateRange, client: Client | None) -> Panel:
    frames = _frames_of(program, "comments", "creators", "videos")
    return SentimentRadar(**frames, client=client)


def _posting(program: parts.Program, _days: DateRange, client: Client | None) -> Panel:
    frames = _frames_of(program, "videos", "creators")
    return PostingBoard(**frames, timezone=program.zone, client=client)


def _videos(program: parts.Program, _days: DateRange, client: Client | None) -> Panel:
    frames = _frames_of(program, "videos", "creators")
    return VideoBoard(**frames, timezone=program.zone, client=client)


_Loaded: TypeAlias = tuple[dict[str, Traced], dict[str, Sequence[Statement]]]
"""The frames, and the code that loaded each."""
_Lasting: TypeAlias = dict[str, parts.Sentence | None]
"""The sentences that don't depend on the days shown, by name."""
_SERIES: Final[Mapping[str, Any]] = {"dates": f"last {ANALYTICS_DAYS} days", "clip": True}
_METRICS: Final = Traced(list(parts.METRICS), "metrics")
_LOADS: Final = (
    FrameLoad("creators", load_creators),
    FrameLoad(
        "analytics", load_analytics,
        lambda project, _: ["project", project, _METRICS], _SERIES,
    ),
    FrameLoad(
        "own", load_analytics,
        lambda _, frames: ["creator", frames["creators"], _METRICS], _SERIES, owners="creators",
    ),
    FrameLoad("goals", load_goal_compliance),
    FrameLoad("structures", load_payout_structures),
    FrameLoad("payments", load_payout_payments),
    FrameLoad("accruals", load_payout_accruals),
    FrameLoad("videos", load_videos),
)  # fmt: skip
"""What a home loads; ``own`` are the series of the creators."""


DOORS: Final = (
    Door("Explorer", _explorer, ("analytics",)),
    Door("Goals", _goals, ("goals",)),
    Door("Payouts", _payouts, ("accruals", "payments")),
    Door("Posting", _posting, ("videos",)),
    Door("Videos", _videos, ("videos",)),
    Door("Sentiment", _sentiment, ("comments",)),
)
"""The boards behind a home, in the order of their buttons; without its frames none is offered."""


class Home(StepwiseBoard):
    """Show a program on one screen: figures, what to do, the best posts, and doors to the boards.

    Parameters
    ----------
    project : str or ProjectPicker, optional
        A project's id or exact name, or a :class:`ProjectPicker` to follow. Its frames are loaded
        in the background, with at most 30 requests, and then audited, with at most 30 more. If
        that doesn't suffice, a message says how many are missing, and the button "Load" beside it
        loads the rest.
    analytics : DataFrame, optional
        The frame of :func:`load_analytics` by day for creators, new counts, of twice the days that
        are shown; with that of the project, joined by :func:`combine_loads`, figures include
        removed creators. If it is given, nothing is loaded.
    creators, videos, goals : DataFrame, optional
        The frames of :func:`load_creators`, :func:`load_videos` and :func:`load_goal_compliance`.
    accruals, payments, structures, assignments : DataFrame, optional
        The frames of :func:`load_payout_accruals`, :func:`load_payout_payments`,
        :func:`load_payout_structures` and :func:`load_payout_assignments`.
    comments : DataFrame, optional
        The frame of :func:`load_comments`, for the posts under fire and the door "Sentiment". A
        home that loads itself loads comments only when that door asks for them.
    days : int, default 28
        How many days are shown, up to the last one that is over: 7, 28 or 90.
    timezone : str, optional
        The organization's time zone; by default that of the frames.
    currency : str, default 'USD'
        The currency of amounts whose frame has no column ``currency``.
    client : Client, optional
        The client to load with; by default the picker's, or the one that ``connect`` made last.

    Attributes
    ----------
    frame : pandas.DataFrame or None
        What moved the views, as :func:`explain_change` gives it.
    figure : matplotlib.figure.Figure
        Its picture, :func:`trackagoat_pandas.plots.waterfall`.
    code : str
        Python that rebuilds both.
    sentences : ipywidgets.HTML
        What moved, who will miss a goal, which posts broke out, which are under fire and which
        money is wrong, each with its code.
    posts : ipywidgets.HTML
        The posts of these days that have the most views now.
    page : ipywidgets.ToggleButtons
        ``"Home"``, or the name of the board that is open.
    days : ipywidgets.Dropdown
        How many days are shown.
    load_button : ipywidgets.Button
        Loads the rest after the first 30 requests; hidden if there is no rest. From code, use
        ``home.load_button.click()``.

    Raises
    ------
    MissingColumnError, ArgumentError, ArgumentTypeError
        A column is missing, or an argument is not allowed.

    See Also
    --------
    widgets.HealthBoard : Click through the parts of a program.
    report : Write the week on one page.
    widgets.Explorer : Click through the series.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     creators = tgp.load_creators("Q1 Brand Program")
    ...     views = tgp.load_analytics("creator", creators, "views", dates="last 60 days")
    ...     home = tgp.widgets.Home(analytics=views, creators=creators)
    >>> home.frame["tiktok_handle"].iloc[0]
    'themidnightthrift_'
    """

    what, needs_project, loads = "the program", True, _LOADS

    @takes_arrow
    def __init__(
        self,
        project: str | Picker | None = None,
        *,
        analytics: pd.DataFrame | None = None,
        creators: pd.DataFrame | None = None,
        videos: pd.DataFrame | None = None,
        goals: pd.DataFrame | None = None,
        accruals: pd.DataFrame | None = None,
        payments: pd.DataFrame | None = None,
        structures: pd.DataFrame | None = None,
        assignments: pd.DataFrame | None = None,
        comments: pd.DataFrame | None = None,
        days: int = 28,
        timezone: str | None = None,
        currency: str = "USD",
        client: Client | None = None,
    ) -> None:
        check_client(client)
        frames = given(
            analytics=analytics, creators=creators, videos=videos, goals=goals, accruals=accruals,
            payments=payments, structures=structures, assignments=assignments, comments=comments,
        )  # fmt: skip
        if frames and analytics is None:
            raise MissingArgumentError("analytics", "the days that a home shows are its own")
        if analytics is not None:
            require_columns(analytics, ["entity", *NEEDED], loader="load_analytics")
        if check_int("days", days) not in dict(_DAYS).values():
            raise ArgumentError("days", days, "choose one of 7, 28 and 90")
        self._timezone, self._currency = timezone, currency
        self._program: parts.Program | None = None
        self._boards: dict[str, Panel] = {}
        self._lasting: _Lasting = {}
        self._worker: Thread | None = None
        self._make_controls(days)
        super().__init__(
            "Program", "home", [], tabs=[self.page, self.days],
            is_given=bool(frames), project=project, client=client,
        )  # fmt: skip
        self._place_parts()
        self.reload() if not frames else self._open((frames, {}))

    def _make_controls(self, days: int) -> None:
        self.days = ipw.Dropdown(description="Days", options=_DAYS, value=days)
        self.page = ipw.ToggleButtons(options=[_HOME], style={"button_width": "auto"})
        self.sentences, self.posts, self._door = ipw.HTML(), ipw.HTML(), ipw.VBox()
        self.comments_button = ipw.Button(description="Load comments", button_style="primary")
        self._comments_cost = ipw.HTML()
        self.comments_button.on_click(lambda _: self._load_comments())
        self._listen(self.days, lambda _: self._redraw())
        self._listen(self.page, lambda _: self._turn())

    def _place_parts(self) -> None:
        """Put the parts of a home between those of a board, all as wide as there is room."""
        tiles, picture, *rest = self.body.children
        style = ipw.HTML(_HOME_STYLE)
        self.body.children = [style, tiles, self.sentences, self.posts, picture, *rest]
        self._main.children = [*self._main.children, self._door]
        self.add_class("trackagoat-wide")

    def _open(self, loaded: Any) -> None:
        if isinstance(loaded, ProjectLoad):
            if loaded.is_complete:
                self._open(_opened(loaded))
                self._load_audit(loaded.most)
            else:
                self._ask_for_rest(loaded, "Without the audit, the rest takes {}")
            return
        frames, loads = loaded
        self._lasting = {}
        zone = zone_of(self._timezone, [frame.value for frame in frames.values()])
        self._program = parts.Program(frames, zone or "UTC", self._currency, loads)
        for board in self._boards.values():
            board.close()
        self._boards = {}
        on_request = set[str]() if self._is_given else {"comments"}
        has = frames.keys() | on_request
        self.page.options = [_HOME, *(door.name for door in DOORS if set(door.needs) <= has)]
        self._draw()

    def _load_audit(self, most: int | None = MOST_UNASKED) -> None:
        """Load the lists that only the audit needs, and audit all rules.

        It asks before it sends more than the allowed requests; None allows any number.
        """
        client, project, program = self._client, self.project, self._program
        if client is None or program is None:
            return

        def work(view: Session) -> Traced | None:
            try:
                return _audit(Session(view, budget=most), project, program)
            except RequestBudgetError:
                return None

        def deliver(findings: Traced | None) -> None:
            if findings is not None:
                recorder = Recorder()
                program.frames["findings"] = recorder.let("findings", findings)
                program.loads["findings"] = recorder.statements
                self._lasting.pop("money", None)
                self._draw()
                return
            question = f"The audit of payouts takes more than {most} requests: press Load."
            self._ask(question, partial(self._load_audit, None))

        self._load(client, "what the audit needs", work, deliver)

    def _draw(self) -> None:
        program = self._program
        if program is not None:
            with without_frame_warnings():  # the notices say it once
                self._show_program(program, program.last_days(self.days.value))
            self._turn()

    def _show_program(self, program: parts.Program, days: DateRange) -> None:
        answer = parts.answer_to(VIEWS, program, days)
        recorder, explained = answer.script.recorder, answer.script.results.get("moved")
        plain = {name: traced.value for name, traced in program.frames.items()}
        # The days shown are over, so none is still filling.
        over = plain["analytics"].drop(columns="is_partial")
        self._notice(*answer.notes, *self._caveats_of({**plain, "analytics": over}))
        named = [name for frame in plain.values() if (name := project_of(frame))]
        self._title(f"{named[0] if named else 'Program'}, {parts.days_text(days)}")
        waiting = self._show_sentences(program, parts.sentence_of(answer, "Explorer"))
        self.posts.value = parts.posts_html(parts.best_posts(program, days))
        if explained is None:
            analytics = program.frames["analytics"]
            frame = recorder.let("frame", analytics[analytics["metric"] == "views"])
            plot = recorder.plot(trend, frame, metric="views")
            view = View(recorder, frame, plot, zone=program.zone)
        else:
            frame = recorder.let("frame", explained)
            view = changes_view(frame, recorder, program.zone, _MOVERS)
        self.show(view, parts.figures(program, days))
        if waiting:
            self._start_on(waiting, program)

    def _show_sentences(self, program: parts.Program, first: parts.Sentence) -> list[str]:
        """Show the sentences; those of goals and money don't depend on the days shown.

        Returns which are still to be worked out.
        """
        self._first, lasting = first, self._lasting
        waiting = list[str]()
        for name, (about, many) in _MANY.items():
            if name in lasting:
                continue
            rows = program.frame(about)
            is_audited = name == "money" and "findings" in program.frames
            if rows is not None and len(rows) > many and not is_audited:
                lasting[name] = parts.waiting(name, len(rows))
                waiting.append(name)
            else:
                lasting[name] = parts.LASTING[name](program)
        self._say()
        return waiting

    def _start_on(self, waiting: Sequence[str], program: parts.Program) -> None:
        """Work out sentences beside the board, once all else is shown.

        Begun earlier, they would compete for the processor with what is drawn.
        """
        work = partial(self._work_out, waiting, program, self._lasting)
        self._worker = start_thread(work, "trackagoat-widget")

    def _work_out(self, waiting: Sequence[str], program: parts.Program, lasting: _Lasting) -> None:
        """Find what sentences say, and put it in the place of "Working out"."""
        for name in waiting:
            try:
                with without_frame_warnings():  # the notices say it once
                    found = parts.LASTING[name](program)
            except Exception as error:  # noqa: BLE001 - the sentence says it
                found = parts.waiting(name, 0)._replace(text=str(error))
            with self._lock:
                lasting[name] = found
                if lasting is self._lasting:  # no other frames have come meanwhile
                    self._say()

    def _say(self) -> None:
        shown = [self._first, *(self._lasting[name] for name in parts.LASTING)]
        self.sentences.value = parts.sentences_html(each for each in shown if each is not None)

    def wait(self, timeout_s: float | None = None) -> Self:
        """Wait until loading has ended, and until each sentence is worked out."""
        super().wait(timeout_s)
        if self._worker is not None:
            self._worker.join(timeout_s)
        return self

    def _turn(self) -> None:
        """Open the board of a page, or show the home again."""
        name = self.page.value
        is_home = name in (_HOME, None)
        program, shown = self._program, tuple[ipw.Widget, ...]()
        if program is not None and not is_home:
            door, days = next(door for door in DOORS if door.name == name), self.days.value
            if not set(door.needs) <= program.frames.keys():
                shown = self._ask_for_comments(program.last_days(days))
            else:
                if name not in self._boards:
                    board = door.open(program, program.last_days(days), self._client)
                    self._boards[name] = board
                shown = (self._boards[name],)
        self._door.children = shown
        show_if(self.body, is_shown=is_home)

    def _ask_for_comments(self, days: DateRange) -> tuple[ipw.Widget, ...]:
        """Say what the comments of some days cost, beside the button that loads them."""
        with suppress(TrackaGoatError):  # the load itself reports it
            plan = estimate_load(load_comments, self.project, dates=days, client=self._client)
            self._comments_cost.value = note(
                f"The comments of {parts.days_text(days)} take {Cost.of(plan).text}."
            )
        return self._comments_cost, self.comments_button

    def _load_comments(self) -> None:
        client, project, program = self._client, self.project, self._program
        if client is None or program is None:
            return
        days = program.last_days(self.days.value)

        def deliver(comments: pd.DataFrame) -> None:
            call = f"tgp.load_comments({literal(project)}, dates={literal(f'{days}')})"
            recorder = Recorder()
            program.frames["comments"] = recorder.let("comments", Traced(comments, call))
            program.loads["comments"] = recorder.statements
            self._lasting.pop("under_fire", None)
            self._draw()
            if "findings" not in program.frames:  # this load has taken the place of the audit's
                self._load_audit()

        load = partial(load_comments, project, dates=days)
        self._load(client, "comments", lambda view: load(client=view), deliver)


def _opened(loaded: ProjectLoad) -> _Loaded:
    """Return the loaded frames, with the series of the creators beside those of the project."""
    frames, lines = dict(loaded.frames), dict(loaded.lines)
    recorder = Recorder()
    recorder.let("metrics", Traced(_METRICS.value, literal(_METRICS.value)))
    recorder = Recorder([*recorder.statements, *lines["analytics"], *lines.pop("own", ())])
    if "own" in frames:
        series = frames["analytics"], frames.pop("own")
        frames["analytics"] = recorder.step("analytics", combine_loads, *series)
    return frames, {**lines, "analytics": recorder.statements}


def _audit(view: Session, project: str | None, program: parts.Program) -> Traced:
    """Load what the audit needs besides, and audit all rules."""
    frames, currency = program.frames, program.currency
    plain = {name: frames[name].value for name in LISTS}
    plain["assignments"] = load_assignments(view, plain["structures"])
    findings = load_findings(view, plain, currency=currency)
    asked = f"{literal(project)}{f', currency={literal(currency)}' * (currency != 'USD')}"
    return Traced(findings, f"tgp.audit({asked})")
