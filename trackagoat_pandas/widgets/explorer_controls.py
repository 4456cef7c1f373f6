"""The controls of the explorer: what to load, or what to see of a loaded frame."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, get_args

import ipywidgets as ipw
import pandas as pd
import pyarrow as pa
import traitlets

from trackagoat_pandas._types import DatesLike, Granularity, Metric
from trackagoat_pandas.errors import TrackaGoatError
from trackagoat_pandas.helpers.series import granularity_of
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.load.openapi import takes_several_entities
from trackagoat_pandas.widgets import explorer_rows as rows
from trackagoat_pandas.widgets.creators import CreatorPicker
from trackagoat_pandas.widgets.date_ranges import DateRangePicker
from trackagoat_pandas.widgets.filters import dropdown
from trackagoat_pandas.widgets.metrics import MetricPicker
from trackagoat_pandas.widgets.picker import Picker

GRANULARITIES: Final[tuple[Granularity, ...]] = get_args(Granularity)
_METRICS: Final = ("views",)
_DATES: Final = "last 30 days"


class PricedPicker(CreatorPicker):
    """Creators to load series of; what a load will cost is asked along with them."""

    def _rows(self, view: Client, project: str | None) -> pd.DataFrame:
        creators = super()._rows(view, project)
        with contextlib.suppress(TrackaGoatError):  # without an answer no price is shown
            takes_several_entities(view)
        return creators


class OwnerPicker(CreatorPicker):
    """Whose series a frame has: of any entity and with any ids, loaded or made by hand."""

    def __init__(self, analytics: pd.DataFrame, value: object) -> None:
        self.what = rows.what_in(analytics)
        self.one = self.what.removesuffix("s") if self.what != "entities" else "entity"
        super().__init__(rows.owners_in(analytics), value=value)

    @traitlets.validate("value")
    def _checked(self, proposal: Any) -> tuple[str, ...]:
        given = proposal["value"]
        if isinstance(given, pd.DataFrame):
            given = given["entity_id" if "entity_id" in given.columns else "id"]
        return tuple(dict.fromkeys([given] if isinstance(given, str) else given))

    def _named(self, frame: pd.DataFrame) -> tuple[pd.DataFrame, list[str], pa.Array]:
        ordered, labels, texts = super()._named(frame)
        is_handle = self.one == "creator"
        return ordered, labels if is_handle else [it.removeprefix("@") for it in labels], texts


class FrameMetricPicker(MetricPicker):
    """The metrics that a frame has, also those that the API offers only with more to go by."""

    def __init__(self, metrics: Sequence[str], value: str | Sequence[str] | None) -> None:
        super().__init__(())
        self._metrics: list[str] = list(metrics)
        with self._showing():
            self._list.options = [(metric.replace("_", " "), metric) for metric in metrics]
            self._list.rows = min(6, max(1, len(metrics)))
        self.value = metrics if value is None else value


@dataclass(frozen=True, slots=True)
class Controls:
    """What says which creators, metrics, days and buckets are meant."""

    creators: CreatorPicker
    metrics: MetricPicker
    dates: DateRangePicker
    granularity: ipw.Dropdown
    compare: ipw.Checkbox

    def pickers(self) -> list[Picker]:
        """Those with a status line of their own."""
        return [self.creators, self.metrics, self.dates]

    def plain(self) -> list[ipw.Widget]:
        """The others, which stand in one row."""
        return [self.granularity, self.compare]


def asking(
    project: str | Picker | None,
    creators: object,
    metrics: str | Sequence[Metric] | None,
    dates: DatesLike | None,
    client: Client,
) -> Controls:
    """Make the controls that say what is loaded."""
    # What loads by itself comes last, so that wrong arguments are refused before.
    metric_picker = MetricPicker(_METRICS if metrics is None else metrics)
    date_picker = DateRangePicker(_DATES if dates is None else dates, client=client)
    creator_picker = PricedPicker(project=project, value=creators, client=client)
    return Controls(
        creator_picker, metric_picker, date_picker, _buckets(GRANULARITIES), _compare(is_on=False)
    )


def choosing(
    analytics: pd.DataFrame,
    creators: object,
    metrics: str | Sequence[Metric] | None,
    dates: DatesLike | None,
) -> Controls:
    """Make the controls that choose from a frame: all of it, where nothing else is said."""
    span, own = rows.span_of(analytics), granularity_of(analytics)
    made = Controls(
        OwnerPicker(analytics, creators),
        FrameMetricPicker(rows.metrics_in(analytics), metrics),
        DateRangePicker(span if dates is None else dates, today=span.last, earliest=span.first),
        # Weeks don't make up a month, nor months a week.
        _buckets(GRANULARITIES if own == "day" else (own,)),
        _compare(is_on=True),
    )
    if not rows.has_prior(analytics):
        made.compare.layout.display = "none"
    return made


def _buckets(granularities: Sequence[Granularity]) -> ipw.Dropdown:
    return dropdown("Buckets", [(word, word) for word in granularities])


def _compare(*, is_on: bool) -> ipw.Checkbox:
    return ipw.Checkbox(
        value=is_on,
        description="compare with the period before",
        indent=False,
        layout=ipw.Layout(width="auto", margin="2px 12px"),
    )
