"""The requests of an analytics load: which calls it takes, and what they gave."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from trackagoat_pandas._types import Metric
from trackagoat_pandas.dates import DateRange
from trackagoat_pandas.frames.series import read_series
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.load.answers import Asked, Doubts, check_echo, check_series
from trackagoat_pandas.load.fanout import COMMON_FAILURES, Outcome, fan_out
from trackagoat_pandas.load.openapi import knows_entities_a_call, takes_several_entities
from trackagoat_pandas.load.query import PATH, Query

IDS_A_CALL = 20
"""Entities in one call, where the server takes several. Assumed: no limit is known."""


@dataclass(frozen=True, slots=True)
class Job:
    """One call: one metric of one or several entities."""

    entity_ids: tuple[str, ...]
    metric: Metric

    @property
    def series(self) -> list[tuple[str, Metric]]:
        """The series that it asks for."""
        return [(id_, self.metric) for id_ in self.entity_ids]


@dataclass(frozen=True, slots=True)
class Answer:
    """What one call gave; ``sent_at`` is the server's time."""

    records: list[dict[str, Any]]
    requests: int
    timezone: str | None
    doubts: Doubts
    sent_at: dt.datetime | None


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


def count_requests(client: Client, query: Query, entity_ids: Sequence[str]) -> int | None:
    """Count the requests that :func:`load_series` will send, if none fails.

    None where it isn't known yet whether the server takes several entities in one call.
    """
    if _may_group(query, entity_ids) and not knows_entities_a_call(client):
        return None
    return len(list(_jobs(client, query, entity_ids)))


def _may_group(query: Query, entity_ids: Sequence[str]) -> bool:
    # Whose part a series of a breakdown is, only the request says.
    return len(entity_ids) > 1 and query.breakdown is None


def _jobs(client: Client, query: Query, entity_ids: Sequence[str]) -> Iterator[Job]:
    """Group entities where the server is known to answer for several."""
    is_grouped = _may_group(query, entity_ids) and takes_several_entities(client)
    size = IDS_A_CALL if is_grouped else 1
    for start in range(0, len(entity_ids), size):
        for metric in query.metrics:
            yield Job(tuple(entity_ids[start : start + size]), metric)


def _ask(client: Client, query: Query, span: DateRange | None, job: Job) -> Answer:
    page = client.get(PATH, query.params(job.metric, ",".join(job.entity_ids), span))
    data, asked = page.data, Asked(query, job.entity_ids, job.metric, span)
    unsure = check_echo(data, asked)
    read = read_series(
        data,
        entity=query.entity,
        entity_ids=job.entity_ids,
        metric=job.metric,
        timezone=query.tz,
    )
    records, doubts = check_series(read, data, asked)
    doubts.unverified |= unsure
    zone = data.get("timezone") if isinstance(data, dict) else None
    return Answer(
        records, page.attempts, zone if isinstance(zone, str) else None, doubts, page.date
    )


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
