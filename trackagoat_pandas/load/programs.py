"""The loader of a whole program's analytics: of a project, or of everything of a kind in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final, cast

import pandas as pd

from trackagoat_pandas._types import Creators, DatesLike, Entity, Metric
from trackagoat_pandas.checks import check_names
from trackagoat_pandas.errors import ArgumentError
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.http.session import session_of
from trackagoat_pandas.load.analytics import load_analytics
from trackagoat_pandas.load.loader import loader
from trackagoat_pandas.load.query import Query, check_query
from trackagoat_pandas.load.resources import load_campaigns, load_creators, load_videos
from trackagoat_pandas.organization import resolve_dates
from trackagoat_pandas.roster import creators_of_project

_LISTS: Final[Mapping[str, Callable[..., pd.DataFrame]]] = MappingProxyType(
    {"creator": load_creators, "video": load_videos, "campaign": load_campaigns}
)


@loader
def load_program_analytics(
    project: str,
    metrics: Metric | Sequence[Metric],
    *,
    entity: Entity = "creator",
    creator: Creators | None = None,
    dates: DatesLike | None = None,
    max_requests: int | None = None,
    client: Client | None = None,
) -> pd.DataFrame:
    """Load the analytics of a project, or of all its creators, videos or campaigns.

    Parameters
    ----------
    project
        A project's id or exact name.
    metrics, dates
        As in :func:`load_analytics`.
    entity
        What the series are of. Creators, videos and campaigns are listed first.
    creator
        Creators only: these instead of all.
    max_requests, client
        As in :func:`load_projects`; the list counts, too.

    Returns
    -------
    pandas.DataFrame
        As from :func:`load_analytics`.

    Raises
    ------
    ArgumentError
        The entity is unknown, or `creator` is given for another entity.
    TrackaGoatError
        As in :func:`load_analytics`.
    """
    session = session_of(client, max_requests)
    names = tuple(check_names("metrics", metrics))
    check_query(Query(entity, cast("tuple[Metric, ...]", names), "day", "new"))
    if creator is not None and entity != "creator":
        raise ArgumentError("creator", creator, problem=f"it doesn't apply to a {entity}")
    resolve_dates(session, dates)  # an error here is one before any list is loaded
    ids: str | list[str] | pd.DataFrame
    if entity == "project":
        ids = project
    elif creator is not None:
        ids = creators_of_project(session, creator, project)[1] or []
    else:
        if session.tally is not None:
            session.tally.add(1, None, f"/analytics: 1 request or more, by how many {entity}s")
        ids = _LISTS[entity](project, client=session)
    return load_analytics(entity, ids, metrics, dates=dates, client=session)
