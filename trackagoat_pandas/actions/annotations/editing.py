"""Chart notes are changed and deleted."""

from __future__ import annotations

import pandas as pd

from trackagoat_pandas._types import DateLike
from trackagoat_pandas.actions import given
from trackagoat_pandas.actions.annotations.writing import CHECKS
from trackagoat_pandas.actions.given import KEEP, Items, Keep, One
from trackagoat_pandas.actions.sending import chosen, delete_each, resource
from trackagoat_pandas.actions.writes import Write
from trackagoat_pandas.checks import check_ids
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.tables import ANNOTATIONS


def update_annotation(
    annotation: One,
    *,
    date: DateLike | Keep = KEEP,
    label: str | Keep = KEEP,
    kind: str | Keep = KEEP,
    dry_run: bool = False,
    client: Client | None = None,
) -> pd.DataFrame:
    """Change a chart note; what isn't given stays as it is.

    ``PATCH /analytics/annotations/{id}``.

    Parameters
    ----------
    annotation
        The note's id, or a frame of one note.
    date, label, kind
        As in :func:`annotate`.
    dry_run, client
        As in :func:`add_creators`.

    Returns
    -------
    pandas.DataFrame
        One row: the note as :func:`load_annotations` gives it. With ``dry_run`` the request.

    Raises
    ------
    ArgumentError, ArgumentTypeError, ApiError, ConnectionFailedError, DeadlineError
        As in :func:`update_creator`.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     note = tgp.actions.annotate("2026-06-10", "New brief", project="Summer Launch")
    ...     tgp.actions.update_annotation(note, label="Newer brief")["label"].iloc[0]
    'Newer brief'
    """
    client = chosen(client)
    note_id = given.one("annotation", annotation, "annotation")
    body = given.changes(CHECKS, date=date, label=label, kind=kind)
    write = Write("PATCH", f"/analytics/annotations/{note_id}", body, items=(note_id,))
    return resource(client, ANNOTATIONS, write, dry_run=dry_run)


def remove_annotations(
    annotations: Items,
    *,
    confirm: bool = False,
    dry_run: bool = False,
    client: Client | None = None,
) -> pd.DataFrame:
    """Delete chart notes.

    ``DELETE /analytics/annotations/{id}``, a request for each.

    Parameters
    ----------
    annotations
        Ids, or a frame of notes.
    confirm
        Must be True for more than one.
    dry_run, client
        As in :func:`add_creators`.

    Returns
    -------
    pandas.DataFrame
        A row a note, as :func:`remove_videos` gives.

    Raises
    ------
    ConfirmationError, ArgumentError, ArgumentTypeError, ApiError, PartialWriteError
        As in :func:`remove_creators`.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     note = tgp.actions.annotate("2026-06-10", "New brief", project="Summer Launch")
    ...     tgp.actions.remove_annotations(note)["status"].tolist()
    ['deleted']
    """
    client = chosen(client)
    ids = check_ids("annotations", annotations, entity="annotation")
    action, path = "remove_annotations", "/analytics/annotations/{}"
    return delete_each(client, action, "notes", path, ids, confirm=confirm, dry_run=dry_run)
