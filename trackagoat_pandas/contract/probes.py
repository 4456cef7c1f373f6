"""The requests of the contract check: a small page of each list, and how to read its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, TypeAlias

from trackagoat_pandas.base.types import Json
from trackagoat_pandas.frames.reports import flatten_compliance, rows_of, split_report
from trackagoat_pandas.frames.series import read_series
from trackagoat_pandas.tables import (
    ANALYTICS,
    ANNOTATIONS,
    CAMPAIGNS,
    CREATORS,
    GOAL_COMPLIANCE,
    PAYOUT_ACCRUALS,
    PAYOUT_ASSIGNMENTS,
    PAYOUT_METHODS,
    PAYOUT_PAYMENTS,
    PAYOUT_STRUCTURES,
    PROJECTS,
    REPORTS,
    VIDEOS,
    Table,
)

Records: TypeAlias = list[dict[str, Any]]
Known: TypeAlias = Mapping[str, str]
"""Ids from earlier responses: of a ``project``, a ``creator`` and a ``structure``."""

ROWS: Final = 50
_REPORTS: Final = ("video-leaderboard", "creator-leaderboard", "creator-scatter", "outliers")
"""The reports to request; the others are only looked up in the server's descriptions."""


@dataclass(frozen=True, slots=True)
class Probe:
    """One GET: its table, path and parameters, and a function that returns a response's rows."""

    table: Table
    path: str
    params: Mapping[str, Any]
    rows: Callable[[Json], Records]


def first_probes() -> tuple[Probe, ...]:
    """Return the probes of lists that require no id."""
    plain = (
        CREATORS,
        PROJECTS,
        VIDEOS,
        CAMPAIGNS,
        PAYOUT_METHODS,
        PAYOUT_STRUCTURES,
        PAYOUT_ACCRUALS,
        PAYOUT_PAYMENTS,
    )
    return tuple(
        Probe(table, table.path, {"limit": ROWS}, partial(rows_of, path=table.path))
        for table in plain
    )


def further_probes(known: Known) -> Iterator[Probe]:
    """Yield the probes that need ids from the first ones; those without an id are left out."""
    project, creator, structure = (known.get(name) for name in ("project", "creator", "structure"))
    if structure:
        path = PAYOUT_ASSIGNMENTS.path.replace("{id}", structure)
        yield Probe(PAYOUT_ASSIGNMENTS, path, {"limit": ROWS}, partial(rows_of, path=path))
    if creator:
        asked = {"entity": "creator", "entity_id": creator, "metric": "views"}
        yield Probe(ANALYTICS, ANALYTICS.path, asked, lambda data: _series(data, creator))
    if not project:
        return
    path = GOAL_COMPLIANCE.path.replace("{id}", project)
    yield Probe(GOAL_COMPLIANCE, path, {}, flatten_compliance)
    notes = partial(rows_of, path=ANNOTATIONS.path)
    yield Probe(ANNOTATIONS, ANNOTATIONS.path, {"project_id": project}, notes)
    for report in REPORTS:
        if report.name in _REPORTS:
            yield Probe(report, report.path, {"project_id": project}, partial(_report_rows, report))


def ids_in(table: Table, records: Records) -> dict[str, str]:
    """Return the ids that further probes require, from the rows of an earlier one."""
    first = records[0] if records else {}
    wanted = {
        CREATORS.name: {"project": "project_id", "creator": "id"},
        PROJECTS.name: {"project": "id"},
        PAYOUT_STRUCTURES.name: {"structure": "id"},
    }.get(table.name, {})
    ids = {name: first.get(field) for name, field in wanted.items()}
    return {name: id_ for name, id_ in ids.items() if isinstance(id_, str)}


def _series(data: Json, creator: str) -> Records:
    return read_series(data, entity="creator", entity_ids=[creator], metric="views").records


def _report_rows(report: Table, data: Json) -> Records:
    return split_report(data, report)[0]
