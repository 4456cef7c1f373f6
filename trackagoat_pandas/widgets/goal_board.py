"""The board of goals: who stands how, whom to nudge, and how likely each goal is reached."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import ipywidgets as ipw
import pandas as pd

from trackagoat_pandas.checks import check_timezone, require_columns
from trackagoat_pandas.errors import MissingArgumentError
from trackagoat_pandas.helpers.goals.standing import NOT_STARTED
from trackagoat_pandas.helpers.latest import combine_loads, latest_of
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.load.resources import load_goal_compliance, load_videos
from trackagoat_pandas.organization import organization
from trackagoat_pandas.tables.analytics import GOAL_METRICS, GOAL_PERIODS, GOAL_STATUSES
from trackagoat_pandas.widgets import goal_board_views as views
from trackagoat_pandas.widgets.caveats import caveats
from trackagoat_pandas.widgets.filters import ALL, Filters, distinct, dropdown
from trackagoat_pandas.widgets.picker import LABELS, Picker
from trackagoat_pandas.widgets.project_board import ProjectBoard, View, check_client

NEEDED: Final = (
    "goal_id", "creator_id", "tiktok_handle", "metric", "period", "status", "target", "actual",
    "percentage", "period_start", "period_end",
)  # fmt: skip
_FILTER_WIDTH: Final = "250px"  # all four stand side by side in a notebook of usual width
_NO_PROJECT: Final = "goals are loaded one project at a time"
_NO_ODDS: Final = (
    "Odds need videos or analytics, and the organization's time zone: "
    "GoalBoard(goals, videos=..., timezone=...)."
)


class _Opened(NamedTuple):
    goals: pd.DataFrame
    odds: views.Odds | None
    lines: tuple[str, ...]


class GoalBoard(ProjectBoard):
    """How goals stand, creator by creator; whom to nudge; and the odds.

    Parameters
    ----------
    goals
        The frame of :func:`load_goal_compliance` or :func:`evaluate_goals`; by default it and the
        videos are loaded in the background, for one project.
    videos, analytics
        The frames of :func:`load_videos` and :func:`load_analytics`, for the odds: what
        :func:`goal_odds` makes of them. Without either there are none.
    project
        A project's id or exact name, or a :class:`ProjectPicker` to follow.
    timezone
        The organization's; by default that of the frame's attributes.
    client
        The client to load with; by default the picker's, or the one that ``connect`` made last.

    Attributes
    ----------
    frame : pandas.DataFrame or None
        What the page shows.
    figure : matplotlib.figure.Figure
        What the picture shows.
    code : str
        Python that rebuilds both, from frames of the names above.
    page : ipywidgets.ToggleButtons
        ``"Goals"``, ``"Creators"``, ``"Nudge"`` or, where there are any, ``"Odds"``.
    creator, metric, period, status : ipywidgets.Dropdown
        Which goals are shown; ``""`` for all. A goal that has not started has the status
        ``not_started`` here, on every page.

    Raises
    ------
    MissingColumnError, ArgumentError, ArgumentTypeError
        A column is missing from a frame, or an argument is not allowed.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     board = tgp.widgets.GoalBoard(tgp.load_goal_compliance("Summer Launch"))
    >>> board.status.value = "at_risk"
    >>> set(board.frame["status"])
    {'at_risk'}
    """

    what = "goals"

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
        if timezone is not None:
            check_timezone("timezone", timezone)
        self._timezone = timezone
        given = None if goals is None else self._opened_of(goals, videos, analytics)
        self._opened: _Opened | None = None
        self._make_controls()
        super().__init__(
            "Goals",
            "goals",
            [self.filters, self.page],
            is_given=given is not None,
            project=project,
            client=client,
        )
        self.reload() if given is None else self._open(given)

    def reload(self) -> None:
        """Load the goals again if they were not given; what is chosen stays as it is."""
        if self.project is None and not self._is_given:
            self._notice(f"Choose a project: {_NO_PROJECT}.")
        else:
            super().reload()

    def _make_controls(self) -> None:
        self.page = ipw.ToggleButtons(
            options=list(views.PAGES), description="Show", style={**LABELS, "button_width": "auto"}
        )
        self.page.observe(self._page_chosen, "value")
        self.creator = dropdown("Creator")
        self.metric = dropdown("Metric", _options(GOAL_METRICS))
        self.period = dropdown("Period", _options(GOAL_PERIODS))
        self.status = dropdown("Status", _options((*GOAL_STATUSES, NOT_STARTED)))
        controls = {name: getattr(self, name) for name in views.FILTERS}
        for control in controls.values():
            control.layout.width = _FILTER_WIDTH
        self.filters = Filters(controls, lambda _: self._redraw())

    def _page_chosen(self, _: Any) -> None:
        self._redraw()

    def _loaded(self, view: Client, project: str | None) -> _Opened:
        if project is None:
            raise MissingArgumentError("project", _NO_PROJECT)
        organization(view)  # so that the frames know its time zone
        goals = load_goal_compliance(project, client=view)
        videos = load_videos(project, client=view)
        opened = self._opened_of(goals, videos, None)
        lines = (
            f"goals = tgp.load_goal_compliance({project!r})",
            f"videos = tgp.load_videos({project!r})",
        )
        return opened._replace(lines=(*lines, *opened.lines))

    def _opened_of(
        self, goals: pd.DataFrame, videos: pd.DataFrame | None, analytics: pd.DataFrame | None
    ) -> _Opened:
        require_columns(goals, NEEDED, loader="load_goal_compliance")
        once = latest_of(goals, ["goal_id", "period_start"])
        joining = ["goals = tgp.combine_loads(goals)"] if len(once) < len(goals) else []
        once = combine_loads(goals) if joining else goals
        odds = views.odds_of(once, videos, analytics, self._timezone)
        marked, marking = views.marked(once, "goals")
        return _Opened(marked, odds, (*joining, *marking))

    def _open(self, loaded: _Opened) -> None:
        self._opened = loaded
        handles = loaded.goals.dropna(subset=["creator_id"]).drop_duplicates("creator_id")
        names = dict(
            zip(
                handles["creator_id"],
                "@" + handles["tiktok_handle"].fillna(handles["creator_id"]),
                strict=True,
            )
        )
        self.filters.offer("creator", [(f"All {len(names):,}", ALL), *distinct(names)])
        self._draw()

    def _draw(self) -> None:
        if self._opened is None:
            return
        opened = self._opened
        chosen = {name: self.filters[name] for name in views.FILTERS if self.filters[name]}
        goals = views.narrowed(opened.goals, chosen)
        said = [*caveats(opened.goals), *self._lost()]
        lines = list(opened.lines)
        if self.page.value == "Odds":
            said = [*(opened.odds.warnings if opened.odds else [_NO_ODDS]), *said]
            lines += opened.odds.lines if opened.odds else []
        self._notice(*said)
        view = self._view(opened, goals, chosen)
        self._show_view(view, [*lines, *views.narrowing_lines(chosen)], views.tiles(goals))

    def _view(self, opened: _Opened, goals: pd.DataFrame, chosen: dict[str, str]) -> View:
        match self.page.value:
            case "Creators":
                return views.creators(goals)
            case "Nudge":
                return views.nudges(goals)
            case "Odds" if opened.odds is not None:
                return views.odds(views.narrowed(opened.odds.frame, chosen), chosen)
        return views.goals(goals)

    def _lost(self) -> list[str]:
        gone = self.filters.gone()
        return [f"The chosen creator {id_} has no goals any more." for id_ in gone.values()]


def _options(words: tuple[str, ...]) -> list[tuple[str, str]]:
    return [("All", ALL), *((word.replace("_", " "), word) for word in words)]
