"""The explorer: metrics of creators over time, loaded or from a given frame."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final, Literal, NamedTuple, Self, get_args

import ipywidgets as ipw
import pandas as pd
import pyarrow as pa
import traitlets

from trackagoat_pandas.base.html import note
from trackagoat_pandas.base.types import DatesLike, Granularity, Metric
from trackagoat_pandas.base.warnings import kept_warnings
from trackagoat_pandas.errors import ArgumentError, PartialLoadError, TrackaGoatError
from trackagoat_pandas.helpers.analytics import has_prior, metrics_in, what_in
from trackagoat_pandas.helpers.comparison import difference_text
from trackagoat_pandas.helpers.formats import heading
from trackagoat_pandas.helpers.granularity import buckets_text
from trackagoat_pandas.helpers.series import granularity_of
from trackagoat_pandas.http.client import Client, default_client
from trackagoat_pandas.http.session import Session
from trackagoat_pandas.inputs.arrow import takes_arrow
from trackagoat_pandas.inputs.checks import (
    check_choice,
    check_ids,
    check_names,
    require_columns,
    without_frame_warnings,
)
from trackagoat_pandas.load.openapi import takes_several_entities
from trackagoat_pandas.load.planning import estimate_load
from trackagoat_pandas.load.resources import load_videos
from trackagoat_pandas.program.frames import MOST_UNASKED
from trackagoat_pandas.showing.captions import starts_text
from trackagoat_pandas.showing.recorder import Recorder, Traced, literal
from trackagoat_pandas.tables.analytics import RAW_METRICS
from trackagoat_pandas.widgets import explorer_views as views
from trackagoat_pandas.widgets.board import Board, Tile, View, caveats
from trackagoat_pandas.widgets.explorer_loads import (
    Posts,
    Selection,
    Source,
    list_posts,
    load_series,
    price_text,
)
from trackagoat_pandas.widgets.filters import dropdown
from trackagoat_pandas.widgets.panel import check_client, show_if
from trackagoat_pandas.widgets.pickers import (
    DateRangePicker,
    MetricPicker,
    Picker,
    ProjectPicker,
    client_of,
    options_of,
)
from trackagoat_pandas.widgets.row_pickers import CreatorPicker

GRANULARITIES: Final[tuple[Granularity, ...]] = get_args(Granularity)
_COMPARE: Final = {
    "description": "Compare with the period before",
    "indent": False,
    "layout": {"width": "auto"},
}
_NO_METRIC: Final = (
    "Choose at least one metric. Rates can't be added up, so they need days as the interval."
)
_NO_ROWS: Final = "There are no analytics to show: load those of other creators or days."
NEEDED: Final = ("entity_id", "label", "metric", "date", "value", "series_kind", "is_partial")


class PricedPicker(CreatorPicker):
    """A picker of creators that also asks whether one request may name several of them.

    The number of requests of a load depends on that. Where a project is still to be chosen
    (``awaits_project``), nothing is loaded before.
    """

    def __init__(
        self, *, project: str | Picker | None, value: object, client: Client, awaits_project: bool
    ) -> None:
        self._awaits_project = awaits_project
        super().__init__(project=project, value=value, client=client, none_is_all=True)

    def reload(self) -> None:
        """Load the creators of the project, if it is chosen."""
        if self.project is not None or not self._awaits_project:
            super().reload()

    def _rows(self, view: Session, project: str | None) -> pd.DataFrame:
        creators = super()._rows(view, project)
        with contextlib.suppress(TrackaGoatError):  # the button then shows no number of requests
            takes_several_entities(view)
        return creators


class OwnerPicker(CreatorPicker):
    """A picker of the entities whose series a frame holds; their ids needn't be UUIDs."""

    def __init__(self, analytics: pd.DataFrame, value: object) -> None:
        self.what = what_in(analytics)
        self.one = self.what.removesuffix("s") if self.what != "entities" else "entity"
        owners = views.owners_in(analytics)
        super().__init__(owners, analytics=analytics, value=value, none_is_all=True)

    @traitlets.validate("value")
    def _check_value(self, proposal: Any) -> tuple[str, ...]:
        given = proposal["value"]
        if isinstance(given, pd.DataFrame):
            given = given["entity_id" if "entity_id" in given.columns else "id"]
        return tuple(dict.fromkeys([given] if isinstance(given, str) else given))

    def _with_options(self, frame: pd.DataFrame) -> tuple[pd.DataFrame, list[str], pa.Array]:
        ordered, labels, texts = super()._with_options(frame)
        is_handle = self.one == "creator"
        return ordered, labels if is_handle else [it.removeprefix("@") for it in labels], texts


class FrameMetricPicker(MetricPicker):
    """A picker of the metrics that a frame holds, including those MetricPicker doesn't offer."""

    def __init__(self, metrics: Sequence[str], value: str | Sequence[str] | None) -> None:
        super().__init__(())
        self._metrics: list[str] = list(metrics)
        with self._showing():
            self.choices.options = [(heading(metric), metric) for metric in metrics]
        self.value = metrics if value is None else value


def _buckets(granularities: Sequence[Granularity]) -> ipw.Dropdown:
    return dropdown("Interval", [(word.capitalize(), word) for word in granularities])


class _Tiled(NamedTuple):
    """The figures of a frame's rows, which a choice and their buckets identify."""

    frame: pd.DataFrame
    rows: tuple[views.SeriesChoice, bool]
    tiles: Mapping[str, str | Tile]


class Explorer(Board):
    """Explore metrics of creators over time, in a plot and a table.

    Given a frame, the controls select from it at once. Otherwise the first selection is loaded when
    the creators are known, if that takes at most 30 requests. For more, or for another selection,
    press Load: the button shows how many requests that takes, and how long under the rate limit.
    Whatever is selected of what was loaded is then shown at once, too; the
    button is off until something is selected that wasn't loaded.

    Parameters
    ----------
    analytics : DataFrame, optional
        The frame of :func:`load_analytics`, of any entities. By default creators' analytics are
        loaded on request.
    project : str or ProjectPicker, optional
        A project's id or exact name, or a :class:`ProjectPicker` to follow. By default the
        explorer has a picker of its own, with the first project selected.
    creators : list of str or DataFrame, optional
        The creators that are selected first; by default all of a given frame, or of the
        project.
    metrics : str or list of str, optional
        The metrics that are selected first; by default all of a given frame, or views.
    dates : str, tuple or DateRange, optional
        The days that are selected first; by default all of a given frame, or the last 30 days.
    client : Client, optional
        The client to load with; by default the picker's, or the one that ``connect`` made last.

    Attributes
    ----------
    frame : pandas.DataFrame or None
        The table: a row for each entity and bucket or, of totals, for each entity, and a column for
        each metric. With the period before, ``views_before`` are its views at the same place, and
        ``change_in_views_pct`` is the change in whole percent; that of a percentage is in points.
    figure : matplotlib.figure.Figure
        The picture.
    code : str
        Python that rebuilds both; it calls a given frame ``views``.
    picker : ProjectPicker or None
        The picker of the project.
    creators, metrics, dates : CreatorPicker, MetricPicker, DateRangePicker
        The selection, which ``value`` sets from code: ``explorer.dates.value = "2026-05"``.
    granularity : ipywidgets.Dropdown
        The length of a bucket.
    compare : ipywidgets.Checkbox
        Whether to load the period before, or to show it if the frame has it.
    page : ipywidgets.ToggleButtons
        The table: ``"Over time"`` or ``"Totals"``.
    metric, drawn : ipywidgets.Dropdown
        The metric to plot, and whether as the sum of all (``"sum"``) or the five biggest
        (``"biggest"``).
    load : ipywidgets.Button
        Loads the selection.

    Raises
    ------
    MissingColumnError, ArgumentError, ArgumentTypeError, ChoiceError
        A column is missing, or an argument is not allowed.

    See Also
    --------
    load_analytics : Load time series.
    explain_change : Explain why a total changed.
    plots.trend : Draw a metric over time.
    widgets.CreatorPicker : Pick creators.

    Notes
    -----
    Selecting no creator means all creators of the project.

    If a part of a load fails, the rest is shown, and the status line lists the missing part.

    Days can be added up to weeks or months, except for rates. The total of a rate by views is
    weighted by the views, where they are selected, too; that of another rate is the median.

    A click on a row or on a mark of the picture selects that entity.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     creators = tgp.load_creators("Summer Launch").head(3)
    ...     views = tgp.load_analytics("creator", creators, "views", dates="2026-05")
    >>> explorer = tgp.widgets.Explorer(views)
    >>> explorer.page.value = "Totals"
    >>> print(explorer.frame.iloc[:, :2].to_string(index=False))
         tiktok_handle  views
          mossy.runner 695080
          urban.closet  47976
    its_alpine_wander_  18419
    """

    @takes_arrow
    def __init__(
        self,
        analytics: pd.DataFrame | None = None,
        *,
        project: str | Picker | None = None,
        creators: object = (),
        metrics: str | Sequence[Metric] | None = None,
        dates: DatesLike | None = None,
        client: Client | None = None,
    ) -> None:
        check_client(client)
        if analytics is not None:
            require_columns(analytics, NEEDED, loader="load_analytics")
        # The pickers would call them their value. A frame's own ids may be any texts.
        with without_frame_warnings():
            check_ids("creators", () if analytics is not None else creators, entity="creator")
        for metric in check_names("metrics", metrics):
            check_choice("metrics", metric, get_args(Metric))
        self._analytics, self._is_given = analytics, analytics is not None
        self._source: Source | None = None
        self._posts: Posts | None = None
        self._seen: Selection | None = None
        self._is_current = False
        self._is_opened = analytics is not None
        self._said: list[str] = []
        self._tiled: _Tiled | None = None
        self._client: Client | None = None
        own: list[ipw.Widget] = []
        if analytics is None:
            self._client = client or client_of(project) or default_client()
            if project is None:
                project = ProjectPicker(first=True, client=self._client)
                own = [project]
            self._ask(project, creators, metrics, dates, self._client, awaits_project=bool(own))
        else:
            self._choose(analytics, creators, metrics, dates)
        self.picker = project if isinstance(project, Picker) else None
        self._make_controls(has_creators=analytics is None or views.has_creators(analytics))
        choosing = [self.creators, self.metrics, self.dates, self.granularity, self.compare]
        tabs = [self.page, self.metric, self.drawn, self.load_posts]
        super().__init__("Explorer", "explorer", [*own, *choosing], tabs)
        self._place_parts()
        for control in choosing:
            self._listen(control, lambda _: self._chosen())
        self._listen(self.creators, lambda _: self._creators_loaded(), "frame")
        if analytics is None:
            self._listen(self.dates, lambda _: self._load_first(), "state")
        for control in (self.metric, self.drawn, self.page):
            self._listen(control, lambda _: self._draw())
        self.load.on_click(lambda _: self.reload())
        self.load_posts.on_click(lambda _: self._load_posts())
        self._creators_loaded()

    def _ask(
        self,
        project: str | Picker | None,
        creators: object,
        metrics: str | Sequence[Metric] | None,
        dates: DatesLike | None,
        client: Client,
        *,
        awaits_project: bool,
    ) -> None:
        """Make the controls of what to load."""
        # Pickers that load start a thread, so they come after those that only check arguments.
        self.metrics = MetricPicker("views" if metrics is None else metrics)
        # The organization's day is there before anything is loaded, so opening needn't wait for it.
        days = "last 30 days" if dates is None else dates
        self.dates = DateRangePicker(days, client=client, timeout_s=0)
        self.creators = PricedPicker(
            project=project, value=creators, client=client, awaits_project=awaits_project
        )
        self.granularity = _buckets(GRANULARITIES)
        self.compare = ipw.Checkbox(value=False, **_COMPARE)

    def _choose(
        self,
        analytics: pd.DataFrame,
        creators: object,
        metrics: str | Sequence[Metric] | None,
        dates: DatesLike | None,
    ) -> None:
        """Make the controls that select from a frame, by default all of it."""
        span, own = views.span_of(analytics), granularity_of(analytics)
        self.creators = OwnerPicker(analytics, creators)
        self.metrics = FrameMetricPicker(metrics_in(analytics), metrics)
        self.dates = DateRangePicker(
            "all time" if dates is None else dates, today=span.last, earliest=span.first
        )
        # Only days add up to weeks and to months.
        self.granularity = _buckets(GRANULARITIES if own == "day" else (own,))
        self.compare = ipw.Checkbox(value=True, **_COMPARE)
        show_if(self.compare, is_shown=has_prior(analytics))

    def _make_controls(self, *, has_creators: bool) -> None:
        """Make the controls above the results; without creators nothing says what moved."""
        self.metric, self.drawn = (
            ipw.Dropdown(
                description=name, options=options, style={"description_width": "initial"},
                layout=ipw.Layout(width="auto"),
            )
            for name, options in (
                ("Plot", []),
                ("as", [("the sum of all", views.SUM), ("the biggest 5", views.BIGGEST)]),
            )
        )  # fmt: skip
        pages = [page for page in views.PAGES if has_creators or page != views.MOVED]
        self.page = ipw.ToggleButtons(options=pages, style={"button_width": "auto"})
        self.load, self.load_posts = (
            ipw.Button(
                description="Load", icon="play", button_style=style, layout=ipw.Layout(width="auto")
            )
            for style in ("primary", "")
        )
        # A Label doesn't wrap.
        self.differs, self.notes = ipw.HTML(), ipw.HTML()

    def _place_parts(self) -> None:
        """Put what loads above the results, where it is in sight, and the notes below the table."""
        wrapping = ipw.Layout(flex_flow="row wrap", align_items="center")
        loading = ipw.HBox([self.load, self.differs], layout=wrapping)
        show_if(loading, is_shown=not self._is_given)
        self._main.children = [loading, *self._main.children]
        parts = [*self.body.children]
        below = parts.index(self.grid) + 1
        self.body.children = [*parts[:below], self.notes, *parts[below:]]

    @property
    def _dates(self) -> DateRangePicker:
        return self.dates

    def wait(self, timeout_s: float | None = None) -> Self:
        """Wait until the choices and then the selection are loaded.

        Raises
        ------
        TimeoutError
            Loading took longer than ``timeout_s`` seconds.
        Exception
            A load failed; this is its error.
        """
        until = None if timeout_s is None else time.monotonic() + timeout_s
        for picker in filter(None, (self.picker, self.creators, self.dates)):
            picker.wait(None if until is None else max(until - time.monotonic(), 0))
        return super().wait(None if until is None else max(until - time.monotonic(), 0))

    def reload(self) -> None:
        """Load the selection; a given frame is only drawn again."""
        if self._is_given or self._client is None:
            with self._lock:
                self._draw()
            return
        asked, self._is_opened = self._asking(), True
        if not asked.ids or not asked.metrics:
            self._notice("Choose a project that has creators, and at least one metric.")
            return
        self._notice(*self._said)
        creators, project = self.creators.frame, self.creators.project
        # A preset keeps its name, so that a later run of the code loads later days.
        preset = self.dates.code.removeprefix("dates = ")
        dates = preset if preset.startswith('"') else literal(views.days_text(asked.dates))

        def load(view: Session) -> tuple[pd.DataFrame, PartialLoadError | None]:
            with kept_warnings():  # of days before the data, which the status line names
                return asked.load(view)

        def deliver(loaded: tuple[pd.DataFrame, PartialLoadError | None]) -> None:
            frame, failure = loaded
            if frame.empty:  # what was shown stays, beside the hint that the selection changed
                self._chosen()
                self._notice(f"There is no data for {asked.dates}.")
                return
            self._source = Source(asked, frame, creators, project, dates, failure is None)
            self._analytics, self._seen, self._posts = frame, asked, None
            self.creators.show_curves(frame)
            if self._asking() != asked:  # something else was selected meanwhile
                self._offer(frame)
            self._chosen()
            if failure is not None:  # so that the status line shows it, with "Try again"
                raise failure

        self._load(self._client, "analytics", load, deliver)

    def _creators_loaded(self) -> None:
        self._chosen()
        self._load_first()

    def _load_first(self) -> None:
        """Load the first selection once it is known, if it takes few requests."""
        # Relative days depend on the organization's day.
        if self._is_opened or self.creators.frame is None or self.dates.state == "running":
            return
        self._is_opened = True
        asked = self._asking()
        if self._client is None or self._source is not None or not (asked.ids and asked.metrics):
            return
        with contextlib.suppress(TrackaGoatError):  # the user's own load says what is wrong
            most = asked.cost(self._client).most
            if most is not None and most <= MOST_UNASKED:
                self.reload()

    def _load_posts(self) -> None:
        """Load the list of posts, and then, by a second click, the series of those shown."""
        source, posts, metric = self._source, self._posts, self.metric.value
        if source is None or self._client is None:
            return
        if posts is None:
            load: Callable[[Client], Any] = partial(list_posts, source.project)
        else:
            load = partial(load_series, source, posts, metric)

        def deliver(loaded: Posts) -> None:
            if self._source is source:
                self._posts = loaded
                self._draw()

        self._load(self._client, "posts", load, deliver)

    def _offer_posts(self) -> None:
        """Offer to load posts, where they would explain more of a change, and say the cost."""
        source, posts, metric = self._source, self._posts, self.metric.value
        is_there = posts is not None and metric in posts.series
        is_shown = self.page.value == views.MOVED and source is not None and not is_there
        show_if(self.load_posts, is_shown=is_shown)
        if source is None or self._client is None or not is_shown:
            return
        if posts is None:
            plan = partial(estimate_load, load_videos, source.project, client=self._client)
            what = "the list of posts"
        else:
            plan = partial(source.asked.series_cost, posts.videos, metric, self._client)
            what = f"the {heading(metric).lower()} of {len(posts.videos):,} posts"
        self.load_posts.description = f"Load {what}{price_text(plan)}"

    def _asking(self) -> Selection:
        """Return the arguments that the controls stand for; no creator means all of them."""
        ids = tuple(self.creators.value)
        if not ids and self.creators.frame is not None:
            ids = tuple(self.creators.frame["id"])
        compare: Literal["prior_period"] | None = "prior_period" if self.compare.value else None
        return Selection(ids, self.metrics.value, self.dates.value, self.granularity.value, compare)

    def _show_cost(self, asked: Selection, *, is_loaded: bool) -> None:
        """Offer the load with the number of requests it takes, unless all of it is there."""
        if self._client is None:
            return
        is_there = is_loaded and self._source is not None and self._source.is_whole
        self.load.disabled = is_there or not (asked.ids and asked.metrics)
        price = "" if self.load.disabled else price_text(partial(asked.cost, self._client))
        self.load.description = f"Load{price}"
        if is_there:
            said = "All of this selection is loaded."
        elif is_loaded:
            said = "A part of this selection could not be loaded."
        else:
            said = "A part of this selection isn't loaded yet." if self._source else ""
        self.differs.value = said

    def _offer(self, frame: pd.DataFrame) -> None:
        """Offer the selected metrics that the frame has, and draw; keep the plotted one if it can.

        Longer buckets are added up from days, and rates can't be.
        """
        seen = () if self._seen is None else self._seen.metrics
        found = [metric for metric in metrics_in(frame) if metric in seen]
        if self._choice(frame).granularity is not None:
            found = [metric for metric in found if metric in RAW_METRICS]
        with self._lock:
            drawn = self.metric.value
            with self._showing():
                self.metric.options = options_of(found)
                self.metric.value = drawn if drawn in found else next(iter(found), None)
            self._draw()

    def _chosen(self) -> None:
        """Show the selection, or offer to load it."""
        asked = self._asking()
        is_loaded = self._is_given or (
            self._source is not None
            and bool(asked.ids and asked.metrics)
            and self._source.asked.covers(asked)
        )
        self._show_cost(asked, is_loaded=is_loaded)
        self._is_current = is_loaded
        if is_loaded and self._analytics is not None:
            self._seen = asked
            self._offer(self._analytics)
        else:
            self._say()

    def _say(self) -> None:
        """Show the caveats, first that the view is outdated."""
        if self._seen is None:
            if self.creators.frame is not None and self.creators.frame.empty:
                self._notice("This project has no creators: choose another project.")
            elif self.load.disabled:
                self._notice("Nothing is loaded yet: choose a project and at least one metric.")
            else:
                how = "Choose creators, metrics and days, then press Load"
                self._notice(f"{how}: nothing is loaded yet.")
            return
        count, dates = len(self._seen.ids), self._seen.dates
        who = f"{count:,} {self.creators.what if count > 1 else self.creators.one}"
        days = buckets_text(dates.first, dates.last, "day")
        older = f"Shown: {who}, {days}. Press Load for what you selected."
        self._notice("" if self._is_current else older, *self._said)

    def _pick(self, column: str, id_: object) -> None:
        offered = self.creators.frame
        is_owner = column in ("entity_id", "creator_id")
        if is_owner and offered is not None and id_ in set(offered["id"]):
            self.creators.value = (id_,)

    def _draw(self) -> None:
        frame, metric = self._analytics, self.metric.value
        if frame is None:
            return
        self._offer_posts()
        show_if(self.drawn, is_shown=self.page.value != views.MOVED)
        if metric is None:
            self._notice(_NO_METRIC if metrics_in(frame) else _NO_ROWS)
            return
        choice = self._choice(frame)
        # What longer buckets leave out shows only in the days that they were added up from.
        by_day = views.see(Traced(frame, "views"), choice._replace(granularity=None), Recorder())
        try:
            with kept_warnings() as warned:
                view, seen = self._view(frame, metric, choice, by_day.value)
            self.show(view, self._tiles(frame, choice, seen))
        except ArgumentError as error:
            self._notice(str(error))
            return
        days = by_day.value
        # Which bucket is still filling is said in the picture and in the table.
        over = days.drop(columns="is_partial")
        self._said = [*caveats({"analytics": over}), *warned, starts_text(days)]
        page = self.page.value
        self.notes.value = "".join(
            note(text)
            for text in [
                *views.notes_on(days, choice),
                difference_text(days),
                *views.notes_on_page(page, self.drawn.value, seen, frame),
            ]
            if text
        )
        self._say()

    def _tiles(
        self, frame: pd.DataFrame, choice: views.SeriesChoice, seen: pd.DataFrame
    ) -> Mapping[str, str | Tile]:
        """Return the figures: those shown, if only the page, the metric or the picture changed."""
        rows = choice, self.page.value == views.MOVED  # which has rows by day
        tiled = self._tiled
        if tiled is None or tiled.frame is not frame or tiled.rows != rows:
            with without_frame_warnings():  # the notices say it
                tiled = self._tiled = _Tiled(frame, rows, views.tiles(seen))
        return tiled.tiles

    def _view(
        self, frame: pd.DataFrame, metric: str, choice: views.SeriesChoice, by_day: pd.DataFrame
    ) -> tuple[View, pd.DataFrame]:
        """Return the page that is open, and the rows that its figures are of."""
        page, source, seen_ids = self.page.value, self._source, self._seen
        recorder, analytics, others = Recorder(), Traced(frame, "views"), dict[str, Traced]()
        if source is not None and seen_ids is not None:
            metrics = [metric] if page == views.MOVED else metrics_in(by_day)
            recorder, analytics, creators = source.record(seen_ids.ids, metrics)
            others["creators"] = creators
            # The load itself is of the chosen ones.
            choice = choice._replace(entities=(), metrics=())
            has_posts = self._posts is not None and metric in self._posts.series
            if page == views.MOVED and self._posts is not None and has_posts:
                others = source.record_posts(recorder, creators, self._posts, metric)
        if page == views.MOVED:
            return views.moved(analytics, metric, by_day, choice, others, recorder), by_day
        seen = views.see(analytics, choice, recorder)
        return views.page_of(seen, page, metric, self.drawn.value, recorder), seen.value

    def _choice(self, frame: pd.DataFrame) -> views.SeriesChoice:
        """Return the filters that differ from "all"."""
        seen, there, span = self._seen, metrics_in(frame), views.span_of(frame)
        if seen is None:
            return views.SeriesChoice()
        source, own = self._source, granularity_of(frame)
        is_all_days = seen.dates.first <= span.first and span.last <= seen.dates.last
        is_all_days |= source is not None and source.asked.dates == seen.dates
        metrics = tuple(metric for metric in there if metric in seen.metrics)
        all_ids = views.owners_in(frame)["id"]
        return views.SeriesChoice(
            days=None if is_all_days else seen.dates,
            entities=() if set(all_ids) <= set(seen.ids) else seen.ids,
            metrics=() if len(metrics) == len(there) else metrics,
            granularity=None if seen.granularity == own else seen.granularity,
            is_compared=seen.compare is not None or not has_prior(frame),
        )
