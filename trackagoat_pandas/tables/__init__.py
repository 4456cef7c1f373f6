"""Declarations of the tables that the package can load: paths, keys, columns and meanings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from trackagoat_pandas.errors import ChoiceError
from trackagoat_pandas.tables.analytics import (
    ANALYTICS,
    ANNOTATIONS,
    ENTITIES,
    GOAL_COMPLIANCE,
    METRICS,
)
from trackagoat_pandas.tables.model import Column, Filter, Kind, Table
from trackagoat_pandas.tables.payouts import (
    PAYOUT_ACCRUALS,
    PAYOUT_ASSIGNMENTS,
    PAYOUT_METHODS,
    PAYOUT_PAYMENTS,
    PAYOUT_STRUCTURES,
)
from trackagoat_pandas.tables.reports import REPORTS
from trackagoat_pandas.tables.resources import (
    CAMPAIGNS,
    COMMENTS,
    CREATORS,
    DATA_MODEL,
    PROJECTS,
    VIDEOS,
)

__all__ = [
    "ANALYTICS",
    "ANNOTATIONS",
    "CAMPAIGNS",
    "COMMENTS",
    "CREATORS",
    "DATA_MODEL",
    "ENTITIES",
    "GOAL_COMPLIANCE",
    "METRICS",
    "PAYOUT_ACCRUALS",
    "PAYOUT_ASSIGNMENTS",
    "PAYOUT_METHODS",
    "PAYOUT_PAYMENTS",
    "PAYOUT_STRUCTURES",
    "PROJECTS",
    "REPORTS",
    "TABLES",
    "VIDEOS",
    "Column",
    "Filter",
    "Kind",
    "Table",
    "loader_of",
    "table",
    "table_at",
]

TABLES: Mapping[str, Table] = MappingProxyType(
    {
        declared.name: declared
        for declared in (
            PROJECTS,
            CREATORS,
            VIDEOS,
            CAMPAIGNS,
            GOAL_COMPLIANCE,
            ANALYTICS,
            ANNOTATIONS,
            PAYOUT_METHODS,
            PAYOUT_STRUCTURES,
            PAYOUT_ASSIGNMENTS,
            PAYOUT_ACCRUALS,
            PAYOUT_PAYMENTS,
            COMMENTS,
            DATA_MODEL,
            *REPORTS,
        )
    }
)
"""Every table by its name; reports have the API's names, such as ``video-leaderboard``."""


def table(name: str) -> Table:
    """Return the table called `name`.

    Raises
    ------
    ChoiceError
        If there is no such table; the message lists the existing ones.
    """
    if name not in TABLES:
        raise ChoiceError("name", name, tuple(TABLES))
    return TABLES[name]


@lru_cache(maxsize=1024)
def loader_of(column: str) -> str | None:
    """Return the loader of the first table that has a column; None if none has."""
    return next((one.loader for one in TABLES.values() if column in one.names), None)


@lru_cache(maxsize=1024)
def table_at(path: str) -> Table | None:
    """Return the table that is loaded from a path below the base URL; None if there is none."""
    for one in TABLES.values():
        pattern = re.escape(one.path).replace(r"\{id\}", "[^/]+")
        if re.fullmatch(f"{pattern}(/[0-9a-f-]{{36}})?", path):
            return one
    return None
