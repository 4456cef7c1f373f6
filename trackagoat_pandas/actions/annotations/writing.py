"""Chart notes are written."""

from __future__ import annotations

from typing import Final, Literal

import pandas as pd

from trackagoat_pandas._types import DateLike
from trackagoat_pandas.actions import given, values
from trackagoat_pandas.actions.given import One
from trackagoat_pandas.actions.sending import chosen, resource
from trackagoat_pandas.actions.values import Check
from trackagoat_pandas.actions.writes import creation
from trackagoat_pandas.errors import MissingArgumentError
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.organization import optional_project
from trackagoat_pandas.tables import ANNOTATIONS

CHECKS: Final[dict[str, Check]] = {
    "date": values.day,
    "label": values.text,
    "kind": values.text,
    "project_id": values.id_,
    "entity": values.choice("creator", "campaign", "video"),
    "entity_id": values.id_,
}


def annotate(
    date: DateLike,
    label: str,
    *,
    kind: str = "note",
    project: One | None = None,
    entity: Literal["creator", "campaign", "video"] | None = None,
    entity_id: str | None = None,
    dry_run: bool = False,
    idempotency_key: str | None = None,
    client: Client | None = None,
) -> pd.DataFrame:
    """Note something on a day of the charts.

    ``POST /analytics/annotations``.

    Parameters
    ----------
    date
        The day, in the organization's time zone.
    label
        What happened.
    kind
        The kind of event, such as ``note``, ``launch`` or ``algorithm``.
    project
        The project that it is about: an id, an exact name, or a loaded frame of one project.
    entity, entity_id
        What in a project it is about, and its id; then `project` isn't needed.
    dry_run, idempotency_key, client
        As in :func:`add_creators`.

    Returns
    -------
    pandas.DataFrame
        One row: the note as :func:`load_annotations` gives it. With ``dry_run`` the request.

    Raises
    ------
    ArgumentError, ArgumentTypeError, ApiError, ConnectionFailedError, DeadlineError
        As in :func:`update_creator`; also where it is about nothing, or about half of something.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     note = tgp.actions.annotate("2026-06-10", "New brief", project="Summer Launch")
    >>> note["label"].iloc[0]
    'New brief'
    """
    client = chosen(client)
    if (entity is None) != (entity_id is None):
        missing = "entity" if entity is None else "entity_id"
        raise MissingArgumentError(missing, "give entity and entity_id, or neither")
    if entity is None and project is None:
        raise MissingArgumentError("project", "a note is about a project or something in one")
    body = given.fields(
        CHECKS,
        "date",
        "label",
        date=date,
        label=label,
        kind=kind,
        entity=entity,
        entity_id=entity_id,
        project_id=optional_project(client, project),
    )
    write = creation("/analytics/annotations", body, label, idempotency_key)
    return resource(client, ANNOTATIONS, write, dry_run=dry_run)
