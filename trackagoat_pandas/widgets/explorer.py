"""The explorer: metrics of creators over time, from a project or from a loaded frame.

Knows controls, and the load of analytics. Must not know how series are drawn or summed.
"""

from __future__ import annotations

from typing import Any, Final, Literal, get_args

import ipywidgets as ipw
import pandas as pd

from trackagoat_pandas._types import DatesLike, Granularity, Metric
from trackagoat_pandas.checks import require_columns
from trackagoat_pandas.dates import DateRange
from trackagoat_pandas.errors import ArgumentError
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.http.default import default_client
from trackagoat_pandas.load.analytics import load_analytics
from trackagoat_pandas.widgets import explorer_views as views
from trackagoat_pandas.widgets.board import Board
from trackagoat_pandas.widgets.caveats import caveats
from trackagoat_pandas.widgets.creators import CreatorPicker
from trackagoat_pandas.widgets.date_ranges import DateRangePicker
from trackagoat_pandas.widgets.filters import dropdown
from trackagoat_pandas.widgets.metrics import MetricPicker
from trackagoat_pandas.widgets.picker import LABELS, Picker
from trackagoat_pandas.widgets.project_board import check_client, written
from trackagoat_pandas.widgets.projects import ProjectPicker

NEEDED: Final = ("entity_id", "label", "metric", "date", "value", "series_kind", "is_partial")


class Explorer(Board):
    """Metrics of creators over time: a plot of their sum or of the biggest, and a table.

    With a client, choose a project, creators, metrics and days, then press Load: the button says
    what that costs under the rate limit. No creator chosen means all of the project. With a loaded
    frame the same controls choose from what it holds, at once.

    Parameters
    ----------
    analytics
        The frame of :func:`load_analytics`; by default it is loaded when asked for.
    project
        A project's id or exact name, or a :class:`ProjectPicker` to follow. By default the
        explorer has a picker of its own.
    metrics, dates
        Those chosen at first.
    client
        The client to load with; by default the picker's, or the one that ``connect`` made last.

    Attributes
    ----------
    frame : pandas.DataFrame or None
        What the table shows.
    figure : matplotlib.figure.Figure
        What the picture shows.
    code : str
        Python that rebuilds both; of a given frame it calls it ``views``.
    creators, metrics, dates : CreatorPicker, MetricPicker, DateRangePicker
        What is chosen.
    granularity : ipywidgets.Dropdown
        Buckets of a day, week or month; of a given frame they are what they are.
    compare : ipywidgets.Checkbox
        Whether the period before is loaded and drawn too.
    metric, drawn, page : ipywidgets.Dropdown and ToggleButtons
        The metric that is drawn, as the sum of all or the biggest five; and what the table shows.
    load : ipywidgets.Button
        Loads what is chosen.

    Raises
    ------
    MissingColumnError, ArgumentError, ArgumentTypeError
        The frame lacks a column, or an argument is not allowed.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     creators = tgp.load_creators("Summer Launch")
    ...     views = tgp.load_analytics("creator", creators, "views", dates="2026-05")
    >>> explorer = tgp.widgets.Explorer(views)
    >>> explorer.page.value = "Totals"
    >>> len(explorer.frame) == len(creators)
    True
    """

    def __init__(
        self,
        analytics: pd.DataFrame | None = None,
        *,
        project: str | Picker | None = None,
        metrics: tuple[Metric, ...] = ("views",),
        dates: DatesLike = "last 30 days",
        client: Client | None = None,
    ) -> None:
        check_client(client)
        if analytics is not None:
            require_columns(analytics, NEEDED, loader="load_analytics")
        self._analytics, self._is_given = analytics, analytics is not None
        self._lines: tuple[str, ...] = ()
        self._make_shown()
        if analytics is None:
            asking = self._make_asking(project, metrics, dates, client)
        else:
            asking = self._make_choosing(analytics)
        row = ipw.HBox([self.metric, self.drawn], layout=ipw.Layout(flex_flow="row wrap"))
        super().__init__("Explorer", "explorer", [*asking, row, self.page])
        for picker in (self.creators, self.metrics, self.dates):
            picker.observe(self._choice_changed, "value")
        for control in (self.metric, self.drawn, self.page):
            control.observe(self._shown_changed, "value")
        self._is_offering = False
        if analytics is None:
            self.creators.observe(self._choice_changed, "frame")
            self._show_cost()
        else:
            self._offer(analytics)

    def _make_shown(self) -> None:
        self.metric = dropdown("Draw", [])
        self.drawn = dropdown(
            "As", [("the sum of all", views.SUM), ("the biggest 5", views.BIGGEST)]
        )
        self.page = ipw.ToggleButtons(
            options=list(views.PAGES), description="Table", style={**LABELS, "button_width": "auto"}
        )
        self.granularity = dropdown("Buckets", [(word, word) for word in get_args(Granularity)])
        self.compare = ipw.Checkbox(description="compare with the period before", indent=False)
        self.load = ipw.Button(
            description="Load", icon="play", button_style="primary", layout=ipw.Layout(width="auto")
        )

    def _make_asking(
        self,
        project: str | Picker | None,
        metrics: tuple[Metric, ...],
        dates: DatesLike,
        client: Client | None,
    ) -> list[ipw.Widget]:
        """Make the controls that say what is loaded."""
        client = client or getattr(project, "_client", None) or default_client()
        self._client: Client | None = client
        own = ProjectPicker(client=client) if project is None else None
        self._project = own or project
        self.creators = CreatorPicker(project=self._project, client=client)
        self.metrics = MetricPicker(metrics)
        self.dates = DateRangePicker(dates, client=client)
        self.load.on_click(lambda _: self.reload())
        return [
            *([own] if own else []),
            self.creators,
            self.metrics,
            self.dates,
            self._loading_row(is_shown=True),
        ]

    def _make_choosing(self, analytics: pd.DataFrame) -> list[ipw.Widget]:
        """Make the controls that choose from a frame."""
        self._client, self._project = None, None
        found, span = views.metrics_in(analytics), views.span_of(analytics)
        self.creators = CreatorPicker(views.owners_in(analytics))
        self.metrics = MetricPicker(found)
        self.dates = DateRangePicker(span, today=span.last, earliest=span.first)
        return [self.creators, self.metrics, self.dates, self._loading_row(is_shown=False)]

    def _loading_row(self, *, is_shown: bool) -> ipw.HBox:
        layout = ipw.Layout(flex_flow="row wrap", align_items="center")
        layout.display = None if is_shown else "none"
        return ipw.HBox([self.granularity, self.compare, self.load], layout=layout)

    def reload(self) -> None:
        """Load what is chosen; of a given frame nothing is loaded."""
        if self._is_given or self._client is None:
            self._redraw()
            return
        ids, metrics, dates = self._ids(), self.metrics.value, self.dates.value
        if not ids or not metrics:
            self._notice("Choose a project that has creators, and at least one metric.")
            return
        granularity = self.granularity.value
        compare: Literal["prior_period"] | None = "prior_period" if self.compare.value else None
        creators = self.creators.code if self.creators.value else None
        codes = (self.metrics.code, self.dates.code)
        code = views.loading_lines(creators, self.creators.project, codes, granularity, compare)

        def work(view: Client) -> pd.DataFrame:
            return load_analytics(
                "creator", ids, metrics, dates=dates, granularity=granularity, compare=compare,
                client=view,
            )  # fmt: skip

        def deliver(frame: pd.DataFrame) -> None:
            self._lines = code
            self._offer(frame)

        self._load(self._client, "analytics", work, deliver)

    def _ids(self) -> tuple[str, ...]:
        """The creators chosen, or all of the project."""
        if self.creators.value or self.creators.frame is None:
            return tuple(self.creators.value)
        return tuple(self.creators.frame["id"])

    def _offer(self, frame: pd.DataFrame) -> None:
        """Take a frame and offer its metrics to be drawn."""
        with self._lock:
            self._analytics = frame
            self._offer_metrics()
            self._draw()

    def _offer_metrics(self) -> None:
        """Offer the metrics that are chosen and there; the one that is drawn stays if it can."""
        frame = self._analytics
        if frame is None:
            return
        found = views.metrics_in(frame)
        if self._is_given:
            found = [metric for metric in found if metric in self.metrics.value]
        drawn, self._is_offering = self.metric.value, True
        try:
            self.metric.options = [(metric.replace("_", " "), metric) for metric in found]
            self.metric.value = drawn if drawn in found else next(iter(found), None)
        finally:
            self._is_offering = False

    def _choice_changed(self, _: Any) -> None:
        with self._lock:
            if self._is_given:
                self._offer_metrics()
                self._draw()
            else:
                self._show_cost()

    def _shown_changed(self, _: Any) -> None:
        if not self._is_offering:
            self._redraw()

    def _redraw(self) -> None:
        with self._lock:
            self._draw()

    def _show_cost(self) -> None:
        """Say on the button what it costs; the server may take several creators in one request."""
        if self._client is None:
            return
        requests = len(self._ids()) * len(self.metrics.value)
        seconds = self._client.seconds_for(requests)
        wait = f", about {seconds:,.0f} s" if seconds >= 1 else ""
        self.load.description = f"Load: at most {requests:,} requests{wait}"
        self.load.disabled = not requests

    def _draw(self) -> None:
        frame = self._analytics
        if frame is None:
            return
        choice = self._choice()
        seen = views.narrowed(frame, choice)
        metric = self.metric.value
        if metric is None:
            self._notice("Choose at least one metric.")
            return
        page = views.totals if self.page.value == "Totals" else views.days
        try:
            view = page(seen, metric, self.drawn.value)
            lines = (*self._lines, *views.narrowing_lines(choice), *view.lines)
            self._show(
                view.frame,
                view.plot,
                code=written(lines),
                tiles=views.tiles(seen),
                columns=view.columns,
            )
        except ArgumentError as error:
            self._notice(str(error))
            return
        self._notice(*caveats(frame))

    def _choice(self) -> views.Choice:
        """What is chosen of a given frame; a loaded one is what was chosen."""
        if not self._is_given or self._analytics is None:
            return views.Choice()
        there = views.metrics_in(self._analytics)
        metrics = tuple(metric for metric in self.metrics.value if metric in there)
        is_all = len(metrics) == len(there)
        return views.Choice(self.creators.value, () if is_all else metrics, self._days())

    def _days(self) -> DateRange | None:
        frame, days = self._analytics, self.dates.value
        if frame is None or not len(frame):
            return None
        span = views.span_of(frame)
        covers = days.first <= span.first and span.last <= days.last
        return None if covers else days
