"""What a load of analytics asks for, and what the API refuses to be asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

from trackagoat_pandas._types import Entity, Granularity, Metric, Mode
from trackagoat_pandas.checks import check_choice, check_timezone
from trackagoat_pandas.dates import DateRange
from trackagoat_pandas.errors import ArgumentError
from trackagoat_pandas.tables.analytics import NOT_OF_A_VIDEO, RAW_METRICS

PATH = "/analytics"


@dataclass(frozen=True, slots=True)
class Query:
    """All parameters of a call of /analytics but ids and dates."""

    entity: Entity
    metrics: tuple[Metric, ...]
    granularity: Granularity
    mode: Mode
    compare: str | None = None
    breakdown: str | None = None
    base_metric: str | None = None
    tz: str | None = None

    def params(self, metric: str, ids: str, span: DateRange | None) -> dict[str, str | None]:
        """The query parameters of one call."""
        return {
            "entity": self.entity,
            "entity_id": ids,
            "metric": metric,
            "mode": self.mode,
            "granularity": self.granularity,
            "compare": self.compare,
            "breakdown": self.breakdown,
            "base_metric": self.base_metric,
            "tz": self.tz,
            **(span.params if span else {}),
        }


def check_query(query: Query) -> Query:
    """Refuse what the API is documented to refuse.

    Raises
    ------
    ArgumentError
        An argument, or a combination, is not allowed.
    """
    check_choice("entity", query.entity, get_args(Entity))
    if not query.metrics:
        raise ArgumentError("metrics", [], "name at least one")
    for metric in query.metrics:
        check_choice("metrics", metric, get_args(Metric))
        if query.entity == "video" and metric in NOT_OF_A_VIDEO:
            raise ArgumentError("metrics", metric, "a video has no such metric")
    check_choice("granularity", query.granularity, get_args(Granularity))
    check_choice("mode", query.mode, get_args(Mode))
    if query.compare is not None:
        check_choice("compare", query.compare, ["prior_period"])
    if query.breakdown is not None:
        check_choice("breakdown", query.breakdown, ["video"])
        if query.entity != "campaign":
            raise ArgumentError("breakdown", query.breakdown, "only a campaign has a breakdown")
    _check_base_metric(query)
    if query.tz is not None:
        check_timezone("tz", query.tz)
    return query


def _check_base_metric(query: Query) -> None:
    if "growth_rate_pop" in query.metrics:
        check_choice("base_metric", query.base_metric, RAW_METRICS)
    elif query.base_metric is not None:
        raise ArgumentError("base_metric", query.base_metric, "only growth_rate_pop has one")
