"""The requests of an analytics load: what is asked, in which calls, and what was answered.

Knows the parameters of GET /analytics. Must not build frames.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from trackagoat_pandas._types import Entity, Granularity, Metric, Mode
from trackagoat_pandas.checks import check_choice, check_timezone
from trackagoat_pandas.dates import DateRange
from trackagoat_pandas.errors import ArgumentError, UnreadableResponseError
from trackagoat_pandas.frames.series import read_series
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.load.fanout import COMMON_FAILURES, Outcome, fan_out
from trackagoat_pandas.load.openapi import takes_several_entities

PATH = "/analytics"
IDS_A_CALL = 20
"""Entities in one call, where the server takes several. Assumed: no limit is known."""

_RAW = ("views", "likes", "comments", "shares", "saves", "followers", "posts")
_NOT_OF_A_VIDEO = ("engagement_rate_by_followers", "posts_per_week", "avg_views_per_post")


@dataclass(frozen=True, slots=True)
class Query:
    """Everything that a call of /analytics is asked, but for ids and dates."""

    entity: Entity
    metrics: tuple[Metric, ...]
    granularity: Granularity
    mode: Mode
    compare: str | None
    breakdown: str | None
    base_metric: str | None
    tz: str | None

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


@dataclass(frozen=True, slots=True)
class Job:
    """One call: one metric of one or several entities."""

    entity_ids: tuple[str, ...]
    metric: Metric

    def __str__(self) -> str:
        return f"{', '.join(self.entity_ids)} ({self.metric})"


@dataclass(frozen=True, slots=True)
class Answer:
    """What one call gave."""

    records: list[dict[str, Any]]
    requests: int
    timezone: str | None


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
        if query.entity == "video" and metric in _NOT_OF_A_VIDEO:
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
        check_choice("base_metric", query.base_metric, _RAW)
    elif query.base_metric is not None:
        raise ArgumentError("base_metric", query.base_metric, "only growth_rate_pop has one")


def load_series(
    client: Client, query: Query, entity_ids: Sequence[str], span: DateRange | None
) -> Outcome[Job, Answer]:
    """Ask for every entity and metric; calls for several entities that fail are asked singly."""

    def run(view: Client, job: Job) -> Answer:
        return _ask(view, query, span, job)

    jobs = list(_jobs(client, query, entity_ids))
    outcome = fan_out(client, "analytics", jobs, run)
    grouped = [
        job
        for job, error in outcome.failed
        if len(job.entity_ids) > 1 and not isinstance(error, COMMON_FAILURES)
    ]
    if grouped:
        singles = [Job((id_,), job.metric) for job in grouped for id_ in job.entity_ids]
        again = fan_out(client, "analytics", singles, run)
        outcome.done += again.done
        outcome.failed = [
            (job, error) for job, error in outcome.failed if job not in grouped
        ] + again.failed
    return outcome


def _jobs(client: Client, query: Query, entity_ids: Sequence[str]) -> Iterator[Job]:
    """Group entities only where that saves paced requests and the server is known to answer."""
    size = 1
    if len(entity_ids) > 1 and query.breakdown is None and client.settings.rate_limit is not None:
        size = IDS_A_CALL if takes_several_entities(client) else 1
    for start in range(0, len(entity_ids), size):
        for metric in query.metrics:
            yield Job(tuple(entity_ids[start : start + size]), metric)


def _ask(client: Client, query: Query, span: DateRange | None, job: Job) -> Answer:
    page = client.get(PATH, query.params(job.metric, ",".join(job.entity_ids), span))
    records = read_series(
        page.data, entity=query.entity, entity_ids=job.entity_ids, metric=job.metric
    )
    answered = {record["entity_id"] for record in records}
    if len(job.entity_ids) > 1 and not answered.issuperset(job.entity_ids):
        raise UnreadableResponseError(PATH, page.status, "some of the entities are not answered")
    owners = {record["parent_id"] or record["entity_id"] for record in records}
    if not owners <= set(job.entity_ids):
        raise UnreadableResponseError(PATH, page.status, "it answers for entities not asked for")
    zone = page.data.get("timezone") if isinstance(page.data, dict) else None
    return Answer(records, page.attempts, zone if isinstance(zone, str) else None)


def in_order(
    outcome: Outcome[Job, Answer], entity_ids: Sequence[str], metrics: Sequence[str]
) -> list[dict[str, Any]]:
    """All records, by entity as given, then by metric as given, then as answered."""
    places = {id_: place for place, id_ in enumerate(entity_ids)}
    orders = {metric: order for order, metric in enumerate(metrics)}
    records = [record for _, answer in outcome.done for record in answer.records]
    return sorted(
        records,
        key=lambda record: (
            places[record["parent_id"] or record["entity_id"]],
            orders[record["metric"]],
        ),
    )
