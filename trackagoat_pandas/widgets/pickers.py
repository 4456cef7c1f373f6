"""The pickers' base classes, and the pickers of a project, of metrics and of days."""

from __future__ import annotations

import datetime as dt
from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final, get_args

import ipywidgets as ipw
import pandas as pd
import traitlets

from trackagoat_pandas.base.types import DateLike, DatesLike, Entity, Metric
from trackagoat_pandas.errors import (
    ArgumentError,
    ArgumentTypeError,
    ClosedClientError,
    MissingArgumentError,
    MissingKeyError,
    TrackaGoatError,
)
from trackagoat_pandas.helpers.formats import heading
from trackagoat_pandas.helpers.granularity import buckets_text, day_text
from trackagoat_pandas.helpers.labels import ID_LETTERS
from trackagoat_pandas.http.client import Client, default_client
from trackagoat_pandas.http.session import Session, session_of
from trackagoat_pandas.inputs.arrow import takes_arrow
from trackagoat_pandas.inputs.checks import (
    check_between,
    check_bool,
    check_choice,
    check_id,
    require_columns,
)
from trackagoat_pandas.inputs.dates import DateRange, is_relative, parse_day
from trackagoat_pandas.load.resources import load_projects
from trackagoat_pandas.names.organization import known_projects, server_day
from trackagoat_pandas.showing.recorder import literal
from trackagoat_pandas.tables import CREATORS
from trackagoat_pandas.tables.analytics import NOT_OF_A_VIDEO
from trackagoat_pandas.widgets.checklist import WIDE, CheckList
from trackagoat_pandas.widgets.panel import Panel, check_client, show_if, style_of

LABELS: Final = {"description_width": "76px"}
"""The style of every labelled control, so that they are aligned."""
# A stock dropdown shows nothing where its value is None.
_ALL_PROJECTS, _CHOOSE = ("All", ""), ("Choose a project", "")
# For a video the API returns followers and posts, too, but those are its creator's.
_NOT_OFFERED: Final = (*NOT_OF_A_VIDEO, "followers", "posts")
_PRESETS: Final = ("last 7 days", "last 30 days", "last 90 days", "this month", "last month")
_ALL_TIME, _OWN = "all time", "own"
_LONGEST_S: Final = 600
_MOST_TRIED: Final = 5
"""The projects that are asked for creators, until one has some."""
_STYLE: Final = style_of("pickers.css")
_UNKNOWN: Final = (
    "The organization's day is not known yet; until it is, days end on this machine's day in UTC."
)


def all_text(count: int) -> str:
    """Write what no choice stands for.

    Examples
    --------
    >>> all_text(13), all_text(1)
    ('All 13', 'All')
    """
    return f"All {count:,}" if count > 1 else "All"


def options_of(words: Iterable[str]) -> list[tuple[str, str]]:
    """List words as options, each called as in the heading of a table.

    Examples
    --------
    >>> options_of(["at_risk", "missed"])
    [('At risk', 'at_risk'), ('Missed', 'missed')]
    """
    return [(heading(word), word) for word in words]


def told_apart(names: Mapping[str, str], *facts: Mapping[str, str]) -> dict[str, str]:
    """Tell ids of the same name apart: by one fact after another, at last by the id.

    Parameters
    ----------
    names
        The names by id.
    facts
        What else is known of ids, such as the names of their projects, or their versions.

    Examples
    --------
    >>> projects = {"b7": "Spring", "c1": "Summer"}
    >>> told_apart({"a0": "Solo", "b7": "Teaser", "c1": "Teaser"}, projects)
    {'a0': 'Solo', 'b7': 'Teaser (Spring)', 'c1': 'Teaser (Summer)'}
    """
    said: dict[str, list[str]] = {id_: [] for id_ in names}
    parts_of_ids = {id_: id_[:ID_LETTERS] for id_ in names}, {id_: id_ for id_ in names}
    for fact in (*facts, *parts_of_ids):
        alike: dict[tuple[str, ...], list[str]] = {}
        for id_, name in names.items():
            alike.setdefault((name, *said[id_]), []).append(id_)
        for ids in alike.values():
            if len({fact.get(id_) for id_ in ids}) > 1:
                for id_ in ids:
                    said[id_] += [fact[id_]] if fact.get(id_) else []
    return {
        id_: f"{name} ({', '.join(said[id_])})" if said[id_] else name
        for id_, name in names.items()
    }


def distinct(names: Mapping[str, str], *facts: Mapping[str, str]) -> list[tuple[str, str]]:
    """List (name, id) pairs by name; :func:`told_apart` makes equal names differ."""
    return sorted((name, id_) for id_, name in told_apart(names, *facts).items())


class Picker(Panel):
    """A panel whose ``value`` loaders take as an argument; subclasses declare the trait."""

    client: Client | None = None
    """The client to load with. Pickers and boards that follow this one use it, too."""

    def __init__(self) -> None:
        super().__init__()
        self.add_class("trackagoat-picker")
        self.observe(self._follow_value, "value")

    def _arrange(self, *parts: ipw.Widget) -> None:
        super()._arrange(ipw.HTML(_STYLE), *parts)

    def _follow_value(self, _: Any = None) -> None:
        with self._showing():
            self._show_value()
        self.set_trait("code", self._line())

    @abstractmethod
    def _show_value(self) -> None:
        """Make the controls show the value."""

    @abstractmethod
    def _line(self) -> str:
        """Write the value as a line of Python."""


def client_of(project: str | Picker | None) -> Client | None:
    """Return the client of a picker of projects; None where there is no picker."""
    return project.client if isinstance(project, Picker) else None


def project_of(project: str | Picker | None) -> str | None:
    """Return a project's id or name, given as it is or by a picker; None for all projects."""
    chosen = project.value if isinstance(project, Picker) else project
    return None if chosen is None else str(chosen)


class FramePicker(Picker):
    """A picker of rows of a frame, which is given or loaded.

    ``frame`` holds the rows to choose from; it is None until they are loaded.
    """

    frame = traitlets.Any(None, allow_none=True, read_only=True)

    what = ""
    """What the rows are, such as ``"creators"``: the loader's name without ``load_``."""
    needs: tuple[str, ...] = ("id",)
    """The columns that a given frame must have."""

    def __init__(
        self,
        given: pd.DataFrame | None,
        project: str | Picker | None,
        client: Client | None,
    ) -> None:
        if given is not None:
            require_columns(given, self.needs, loader=f"load_{self.what}")
        check_client(client)
        self._given, self._project = given, project
        self.client = client or client_of(project)
        super().__init__()
        if isinstance(project, Picker):
            self._follow(project, lambda _: self.reload())

    def reload(self) -> None:
        """Load the rows again, unless they were given, and offer them; the value stays."""
        given, project = self._given, self.project
        if given is not None:
            is_mixed = project is not None and "project_id" in given.columns
            self._offer(given[given["project_id"] == project] if is_mixed else given)
            return
        self.client = self.client or default_client()
        self._load(self.client, self.what, lambda view: self._rows(view, project), self._offer)

    @property
    def project(self) -> str | None:
        """The id or exact name of the project whose rows are offered; None for all projects."""
        return project_of(self._project)

    @abstractmethod
    def _rows(self, view: Session, project: str | None) -> pd.DataFrame:
        """Load the rows of a project, or of all projects."""

    @abstractmethod
    def _show_rows(self) -> None:
        """Offer the rows of ``frame``."""

    def _projects_of(self, frame: pd.DataFrame) -> dict[str, str]:
        """Map the ids of rows to the known names of their projects."""
        if "project_name" in frame.columns:
            names = frame["project_name"]
        elif "project_id" in frame.columns:
            known = {} if self.client is None else known_projects(session_of(self.client))
            names = frame["project_id"].map(known)
        else:
            return {}
        pairs = zip(frame["id"], names, strict=True)
        return {id_: name for id_, name in pairs if isinstance(name, str)}

    def _offer(self, frame: pd.DataFrame) -> None:
        with self._showing():
            self.set_trait("frame", frame)
            self._show_rows()
        self._follow_value()


class ProjectPicker(FramePicker):
    """Pick one of the organization's projects, or all of them.

    Parameters
    ----------
    projects : DataFrame, optional
        The frame of :func:`load_projects`; by default it is loaded in the background.
    value : str, optional
        The project selected at first: its id, or None for all.
    first : bool, default False
        Whether one project is selected at first where none is: of those that have creators, the one
        created last. "All" isn't offered then.
    client : Client, optional
        The client to load with; by default the one that ``connect`` made last. Pickers and boards
        that follow this one load with it, too.

    Attributes
    ----------
    value : str or None
        The selected project's id, as loaders take it; None for all projects.
    code : str
        The Python line for the selection: the project's name, or its id where several projects
        have that name.
    frame : pandas.DataFrame or None
        The projects to choose from.

    Raises
    ------
    MissingColumnError, ArgumentError, ArgumentTypeError
        The frame has no column of ids or names, or the value isn't an id.

    See Also
    --------
    load_projects : Load projects.
    widgets.CreatorPicker : Pick creators.
    widgets.Home : See the program on one screen.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     picker = tgp.widgets.ProjectPicker().wait()
    ...     picker.value = picker.frame["id"].iloc[-1]
    >>> picker.code
    'project = "Q1 Brand Program"'
    """

    value: Any = traitlets.TraitType(None)
    what, needs = "projects", ("id", "name")

    @takes_arrow
    def __init__(
        self,
        projects: pd.DataFrame | None = None,
        *,
        value: str | None = None,
        first: bool = False,
        client: Client | None = None,
    ) -> None:
        super().__init__(projects, None, client)
        self._first: str | None = None
        self._takes_first, self._all = (
            check_bool("first", first),
            _CHOOSE if first else _ALL_PROJECTS,
        )
        self.choice = ipw.Dropdown(
            description="Project",
            options=[self._all],
            style=LABELS,
            layout=ipw.Layout(**{**WIDE, "max_width": "420px"}),
        )
        self._listen(self.choice, lambda id_: self.set_trait("value", id_ or None))
        self._arrange(self.choice, self._status)
        self.value = value
        self.reload()

    @traitlets.validate("value")
    def _check_value(self, proposal: Any) -> str | None:
        return None if proposal["value"] is None else check_id("value", proposal["value"])

    def _rows(self, view: Session, project: str | None) -> pd.DataFrame:
        del project
        projects = load_projects(client=view)
        if self._takes_first and self.value is None:
            self._first = _newest_in_use(view, projects)
        return projects

    def _show_rows(self) -> None:
        names = self._names()
        if self._takes_first and self.value is None and names:
            self.value = self._first or next(iter(_newest_first(self.frame)))
        self._show_value()

    def _show_value(self) -> None:
        names = self._names()
        lost = None if self.value is None or self.value in names else self.value
        is_open = self.value is None or not self._takes_first
        options = [(name, id_) for id_, name in names.items()]
        lost_one = [(lost, lost)] if lost else []
        self.choice.options = [*([self._all] if is_open else []), *options, *lost_one]
        self.choice.value = self.value or ""
        is_known = lost and self.frame is not None
        self._notice(f"The selected project {lost} is not among the projects." if is_known else "")

    def _names(self) -> dict[str, str]:
        """Map the projects' ids to their names, in order; days distinguish equal names."""
        if self.frame is None:
            return {}
        names = dict(zip(self.frame["id"], self.frame["name"].fillna("(no name)"), strict=True))
        days = list[dict[str, str]]()
        for word, column in (("created", "created_at"), ("changed", "updated_at")):
            if column in self.frame.columns:
                known = self.frame.set_index("id")[column].dropna()
                days.append({id_: f"{word} {day_text(when)}" for id_, when in known.items()})
        return {id_: name for name, id_ in distinct(names, *days)}

    def _line(self) -> str:
        if self.value is None:
            return "project = None"
        name = self._names().get(self.value)
        is_own = self.frame is not None and name in set(self.frame["name"])
        return f"project = {literal(name if is_own else self.value)}"


def _newest_first(projects: pd.DataFrame) -> list[str]:
    """Return the ids of projects by the time they were created, of equal ones by name."""
    created = projects.get("created_at", pd.Series(pd.NaT, projects.index))
    ordered = projects.assign(created_at=created).sort_values("name", kind="stable")
    return list(ordered.sort_values("created_at", ascending=False, kind="stable")["id"])


def _newest_in_use(view: Session, projects: pd.DataFrame) -> str | None:
    """Return the newest project that has creators; None if none of the first few has, or on errors.

    It takes a request of one row for each project that is looked at.
    """
    with suppress(TrackaGoatError):  # the newest is as good then
        for id_ in _newest_first(projects)[:_MOST_TRIED]:
            if view.get(CREATORS.path, {"project_id": id_, "limit": 1}).records:
                return id_
    return None


class MetricPicker(Picker):
    """Pick several metrics from a list.

    To load ``growth_rate_pop``, :func:`load_analytics` needs ``base_metric=``, too.

    Parameters
    ----------
    value : str or list of str, default ('views',)
        The metrics selected at first.
    entity : {'creator', 'campaign', 'video', 'project'}, default 'creator'
        What they are measured of. A video has fewer metrics than a creator.

    Attributes
    ----------
    value : tuple of str
        The selected metrics, as :func:`load_analytics` takes them, in the order of the list.
    code : str
        The Python line for the selection.

    Raises
    ------
    ChoiceError, ArgumentTypeError
        The entity is unknown, or a metric isn't one of that entity's.

    See Also
    --------
    load_analytics : Load time series.
    widgets.DateRangePicker : Pick days.
    widgets.CreatorPicker : Pick creators.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> tgp.widgets.MetricPicker(("views", "likes")).code
    'metrics = ["views", "likes"]'
    """

    value: Any = traitlets.TraitType(())

    @takes_arrow
    def __init__(
        self, value: str | Sequence[str] = ("views",), *, entity: Entity = "creator"
    ) -> None:
        check_choice("entity", entity, get_args(Entity))
        self._metrics = [
            metric
            for metric in get_args(Metric)
            if not (entity == "video" and metric in _NOT_OFFERED)
        ]
        super().__init__()
        self.choices = CheckList(
            options_of(self._metrics),
            description="Metrics",
            page_rows=len(self._metrics),
        )
        self.choices.add_class("trackagoat-short")
        self._listen(self.choices, lambda metrics: self.set_trait("value", metrics))
        self._arrange(self.choices, self._status)
        self.value = value
        self._follow_value()

    @traitlets.validate("value")
    def _check_value(self, proposal: Any) -> tuple[str, ...]:
        given = proposal["value"]
        if not isinstance(given, str | Sequence):
            raise ArgumentTypeError("value", given, "one metric, or several in a list")
        chosen = {
            check_choice("value", metric, self._metrics)
            for metric in ([given] if isinstance(given, str) else given)
        }
        return tuple(metric for metric in self._metrics if metric in chosen)

    def _show_value(self) -> None:
        self.choices.value = self.value
        self.choices.describe("" if self.value else "none selected")

    def _line(self) -> str:
        return f"metrics = {literal(self.value)}"


class DateRangePicker(Picker):
    """Pick a range of days: one of the product's, or any other by its first and last day.

    Parameters
    ----------
    value : str, tuple or DateRange, default 'last 30 days'
        The initial range: anything that :meth:`DateRange.parse` reads, or ``"all time"``.
    today : str or date, optional
        The organization's day now. By default, with a client, it is loaded, by the server's clock
        and in the organization's time zone; without one it is this machine's day in UTC.
    earliest : str or date, optional
        The first day of ``"all time"``, which the list then calls "All loaded days". By default,
        with a client, it is the day on which the oldest project was created; without either, all
        time isn't offered.
    client : Client, optional
        The client to load both with. By default it is the one that ``connect`` made last, or that
        of the key in the settings; there may be none, and none is used if ``today`` or
        ``earliest`` is given.
    timeout_s : float, default 5.0
        How long to wait for the organization's day where the initial range depends on it. If it
        isn't there by then, the range ends on this machine's day, as the status line says, and
        moves when the organization's day comes.

    Attributes
    ----------
    value : DateRange
        The selected days, as loaders take them. It can be set to anything that ``value`` above
        may be.
    code : str
        The Python line for the selection: a preset by its name, so that a later run of the cell
        gives later days; any other range by its first and last day.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        The value isn't a range of days, or ``today`` or ``earliest`` isn't a day.

    See Also
    --------
    DateRange : A range of days, as loaders take it.
    load_analytics : Load time series.
    widgets.MetricPicker : Pick metrics.

    Notes
    -----
    The list has a preset for a range of the same days, and otherwise the range itself in words.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> picker = tgp.widgets.DateRangePicker("last 7 days", today="2026-06-15")
    >>> picker.value
    DateRange('2026-06-09', '2026-06-15')
    >>> picker.code
    'dates = "last 7 days"'
    """

    value: Any = traitlets.TraitType(None)

    @takes_arrow
    def __init__(
        self,
        value: DatesLike = "last 30 days",
        *,
        today: DateLike | None = None,
        earliest: DateLike | None = None,
        client: Client | None = None,
        timeout_s: float = 5.0,
    ) -> None:
        check_client(client)
        check_between("timeout_s", timeout_s, 0, _LONGEST_S, ends=True)
        if client is None and today is None and earliest is None:
            # There is none without a key, or after the default one was closed.
            with suppress(MissingKeyError, ClosedClientError):
                client = default_client()
        is_loaded = client is not None and earliest is None
        self._all_words = "All time" if is_loaded else "All loaded days"
        self._is_day_known = today is not None or client is None
        self._today = dt.datetime.now(dt.UTC).date() if today is None else parse_day(today, "today")
        self.earliest = None if earliest is None else parse_day(earliest, "earliest")
        self._preset: str | None = None
        super().__init__()
        self._make_controls()
        wrapped = {"flex_flow": "row wrap", "min_width": "0"}
        ends = ipw.HBox([self.begin, self.end], layout=ipw.Layout(**wrapped, flex="2 1 460px"))
        days = ipw.HBox([self.choice, ends], layout=ipw.Layout(**wrapped))
        # Browsers write the days of their inputs as their own language does, such as 04/20/2026.
        self._said = ipw.HTML()
        self._said.add_class("trackagoat-said")
        self._arrange(days, self._said, self._status)
        self.value = value
        if client is not None and (today is None or earliest is None):

            def deliver(loaded: tuple[dt.date, dt.date | None]) -> None:
                self._is_day_known = True
                self.offer(
                    today=loaded[0] if today is None else self._today,
                    earliest=loaded[1] if earliest is None else self.earliest,
                )

            self._load(client, "days", _days_of_organization, deliver)
            # The next cell may read the value before the front end has shown anything.
            if today is None and self._is_relative:
                self._job.wait(timeout_s)

    @property
    def _is_relative(self) -> bool:
        """Whether the range moves with the day."""
        return self._preset is not None

    def offer(self, *, today: dt.date, earliest: dt.date | None) -> None:
        """Take over today and the first day of all time; a relative range moves with them.

        Without a first day, all time isn't offered any more; if it was selected, its days are.
        """
        self._today, self.earliest = today, earliest
        if self._preset == _ALL_TIME and earliest is None:
            self._preset = None
        if self._preset is not None:
            self.value = self._preset
        self._follow_value()

    def _make_controls(self) -> None:
        layout = ipw.Layout(width="auto", min_width="0", max_width="320px", flex="1 1 230px")
        self.choice = ipw.Dropdown(description="Dates", style=LABELS, layout=layout)
        self.begin, self.end = (
            ipw.DatePicker(description=word, style=LABELS, layout=layout) for word in ("From", "To")
        )
        self._listen(self.choice, self._preset_chosen)
        self._listen(self.begin, lambda _: self._days_chosen())
        self._listen(self.end, lambda _: self._days_chosen())

    @traitlets.validate("value")
    def _check_value(self, proposal: Any) -> DateRange:
        given = proposal["value"]
        word = given.strip().lower() if isinstance(given, str) else None
        if word == _ALL_TIME:
            if self.earliest is None:
                raise MissingArgumentError("earliest", "'all time' has no first day without it")
            chosen = self._all_time(self.earliest)
        else:
            chosen = DateRange.parse(given, today=self._today)
        self._preset = word if word == _ALL_TIME or is_relative(given) else None
        return chosen

    def _all_time(self, earliest: dt.date) -> DateRange:
        return DateRange(earliest, max(earliest, self._today))

    def _follow_value(self, _: Any = None) -> None:
        is_open = self._is_relative and not self._is_day_known
        self._notice(_UNKNOWN if is_open else "")
        super()._follow_value()

    def _show_value(self) -> None:
        presets = {word: DateRange.parse(word, today=self._today) for word in _PRESETS}
        if self.earliest is not None:
            presets[_ALL_TIME] = self._all_time(self.earliest)
        if self._preset is not None:
            presets[self._preset] = self.value
        same = [word for word, days in presets.items() if days == self.value]
        chosen = self._preset or next(iter(same), _OWN)
        options = [
            (self._all_words if word == _ALL_TIME else word.capitalize(), word) for word in presets
        ]
        said = buckets_text(self.value.first, self.value.last, "day")
        if chosen == _OWN:
            options.append((said, _OWN))
        self._said.value = said
        show_if(self._said, is_shown=chosen != _OWN)
        self.choice.options, self.choice.value = options, chosen
        self.begin.value, self.end.value = self.value.first, self.value.last

    def _preset_chosen(self, word: str) -> None:
        self.value = word
        self._follow_value()

    def _days_chosen(self) -> None:
        begin, end = self.begin.value, self.end.value
        if begin is None or end is None:
            self._notice("Choose both a first and a last day.")
            return
        try:
            self.value = DateRange(begin, end)
        except ArgumentError as error:
            self._notice(str(error))
        else:
            self._follow_value()

    def _line(self) -> str:
        is_named = self._preset is not None and self._preset != _ALL_TIME
        return f"dates = {literal(self._preset if is_named else self.value)}"


def _days_of_organization(view: Session) -> tuple[dt.date, dt.date | None]:
    """Load the organization's day now, and the day on which its oldest project was created."""
    created = load_projects(client=view)["created_at"].min()
    return server_day(view), None if pd.isna(created) else created.date()
