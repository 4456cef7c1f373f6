"""The board of goals: their status, whom to nudge, and the chance that each is reached."""

from __future__ import annotations

from functools import partial

import ipywidgets as ipw
import pandas as pd

from trackagoat_pandas.helpers.facts import mismatch_of
from trackagoat_pandas.helpers.formats import heading
from trackagoat_pandas.helpers.goals.standing import NOT_STARTED
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.http.session import Session
from trackagoat_pandas.inputs.arrow import takes_arrow
from trackagoat_pandas.load.resources import load_goal_compliance, load_videos
from trackagoat_pandas.tables.analytics import GOAL_METRICS, GOAL_PERIODS, GOAL_STATUSES
from trackagoat_pandas.widgets import goal_board_views as views
from trackagoat_pandas.widgets.board import ProjectBoard, asked_timezone
from trackagoat_pandas.widgets.filters import ALL, NO_MATCH, Filters, all_of, dropdown
from trackagoat_pandas.widgets.panel import check_client
from trackagoat_pandas.widgets.picker import Picker
from trackagoat_pandas.widgets.recorder import Recorder, given


class GoalBoard(ProjectBoard):
    """Show goals by status and by creator, whom to nudge, and the odds.

    Parameters
    ----------
    goals
        The frame of :func:`load_goal_compliance` or :func:`evaluate_goals`. By default goals and
        videos are loaded in the background, for one project.
    videos, analytics
        The frames of :func:`load_videos` and :func:`load_analytics`. :func:`goal_odds` computes
        the odds from either or both.
    project
        A project's id or exact name, or a :class:`ProjectPicker` to follow.
    timezone
        The organization's time zone; by default that of the goals' attributes.
    client
        The client to load with; by default the picker's, or the one that ``connect`` made last.

    Attributes
    ----------
    frame : pandas.DataFrame or None
        The page's table.
    figure : matplotlib.figure.Figure
        The page's picture.
    code : str
        Python that rebuilds both from the given frames, under the names above.
    page : ipywidgets.ToggleButtons
        ``"Goals"``, ``"Creators"``, ``"Nudge"`` or ``"Odds"``.
    creator, metric, period, status : ipywidgets.Dropdown
        The filters; ``""`` for all. On every page a goal that has not started has the status
        ``not_started``.
    filters : Filters
        All filters.

    Raises
    ------
    MissingColumnError, ArgumentError, ArgumentTypeError
        A column is missing, or an argument is not allowed.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     board = tgp.widgets.GoalBoard(tgp.load_goal_compliance("Summer Launch"))
    >>> board.status.value = "at_risk"
    >>> set(board.frame["status"])
    {'at_risk'}
    """

    what, needs_project = "goals", True

    @takes_arrow
    def __init__(
        self,
        goals: pd.DataFrame | None = None,
        *,
        videos: pd.DataFrame | None = None,
        analytics: pd.DataFrame | None = None,
        project: str | Picker | None = None,
        timezone: str | None = None,
        client: Client | None = None,
    ) -> None:
        check_client(client)
        others = given(goals=goals, videos=videos, analytics=analytics)
        self._timezone = asked_timezone(timezone, others, client)
        opened: views.Goals | None = None
        if goals is not None:
            opened = views.open_goals(Recorder(), others.pop("goals"), others, self._timezone)
        self._opened: views.Goals | None = None
        self._make_controls()
        super().__init__(
            "Goals",
            "goals",
            [self.filters],
            tabs=[self.page],
            is_given=opened is not None,
            project=project,
            client=client,
        )
        self.reload() if opened is None else self._open(opened)

    def _make_controls(self) -> None:
        self.page = ipw.ToggleButtons(options=list(views.PAGES), style={"button_width": "auto"})
        self._listen(self.page, lambda _: self._draw())
        self.creator = dropdown("Creator")
        self.metric = dropdown("Metric", _options("All metrics", GOAL_METRICS))
        self.period = dropdown("Period", _options("All periods", GOAL_PERIODS))
        self.status = dropdown("Status", _options("All statuses", (*GOAL_STATUSES, NOT_STARTED)))
        controls = {name: getattr(self, name) for name in views.FILTERS}
        self.filters = Filters(controls, lambda _: self._redraw())

    def _load_all(self, view: Session, project: str | None) -> views.Goals:
        recorder = Recorder()
        goals = recorder.step("goals", partial(load_goal_compliance, client=view), project)
        videos = recorder.step("videos", partial(load_videos, client=view), project)
        return views.open_goals(recorder, goals, {"videos": videos}, self._timezone)

    def _open(self, loaded: views.Goals) -> None:
        self._opened = loaded
        goals = loaded.frame.value
        handles = goals.dropna(subset=["creator_id"]).drop_duplicates("creator_id")
        called = "@" + handles["tiktok_handle"]
        if "display_name" in handles:
            called = called.fillna(handles["display_name"])
        called = called.fillna(handles["creator_id"])
        names = dict(zip(handles["creator_id"], called, strict=True))
        self.filters.offer("creator", all_of(names, "creators"))
        self._draw()

    def _draw(self) -> None:
        if self._opened is None:
            return
        opened, page = self._opened, self.page.value
        odds = opened.odds if page == "Odds" else None
        recorder = (odds or opened).recorder.branch()
        chosen = {name: self.filters[name] for name in views.FILTERS if self.filters[name]}
        goals = views.narrowed(opened.frame, chosen, recorder)
        if odds is not None:
            view = views.odds(odds.frame, goals, recorder, opened.zone)
        elif page == "Creators":
            view = views.creators(goals, recorder)
        elif page == "Nudge":
            view = views.nudges(goals, recorder)
        else:
            view = views.goals(goals, recorder, opened.zone)
        warned = odds.warnings if odds else [opened.no_odds] * (page == "Odds")
        to_load = views.data_to_load(view.frame.value) if odds else ""
        sources = odds.sources if odds else {}
        frames = {"goals": opened.frame.value, **sources}
        mismatch = [f"{problem}." for problem in [mismatch_of(frames)] if problem]
        self._notice(to_load, *warned, *self._caveats_of(frames), *mismatch, *self._lost())
        view = view._replace(empty=self._nothing(goals.value))
        self.show(view, views.tiles(goals.value))

    def _nothing(self, goals: pd.DataFrame) -> str:
        """Say why a page has no rows, if it has none, and what to do next."""
        if len(goals):
            return "Nobody to nudge: none of these goals is behind and can still be reached."
        if self.filters.is_set:
            return NO_MATCH.format("goals")
        return self._no_rows()

    def _lost(self) -> list[str]:
        gone = self.filters.gone()
        return [f"The selected creator {id_} has no goals here." for id_ in gone.values()]


def _options(every: str, words: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(every, ALL), *((heading(word), word) for word in words)]
