"""Create, change and delete chart notes."""

from __future__ import annotations

from functools import partial
from typing import Final, Literal

import pandas as pd

from trackagoat_pandas.actions import inputs
from trackagoat_pandas.actions.batch import send_one, update
from trackagoat_pandas.actions.dry_runs import Given, among, delete_all
from trackagoat_pandas.actions.inputs import KEEP, Check, Items, Keep, One
from trackagoat_pandas.actions.repeats import Listed
from trackagoat_pandas.actions.requests import check_again, creation
from trackagoat_pandas.base.types import DateLike
from trackagoat_pandas.errors import MissingArgumentError
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.http.session import session_of
from trackagoat_pandas.inputs.arrow import takes_arrow
from trackagoat_pandas.inputs.checks import check_bool, check_choice, check_id
from trackagoat_pandas.names.campaigns import find_campaigns
from trackagoat_pandas.names.creators import find_creators, read_creator
from trackagoat_pandas.names.organization import optional_project
from trackagoat_pandas.tables import ANNOTATIONS

CHECKS: Final[dict[str, Check]] = {
    "date": inputs.day,
    "label": inputs.text,
    "kind": inputs.text,
    "project_id": check_id,
    "entity": partial(check_choice, choices=("creator", "campaign", "video")),
    "entity_id": check_id,
}


@takes_arrow
def annotate(
    date: DateLike,
    label: str,
    *,
    kind: str = "note",
    project: One | None = None,
    entity: Literal["creator", "campaign", "video"] | None = None,
    entity_id: str | None = None,
    dry_run: bool = False,
    again: bool = False,
    idempotency_key: str | None = None,
    client: Client | None = None,
) -> pd.DataFrame:
    """Add a note to a day of the charts.

    ``POST /analytics/annotations``.

    Parameters
    ----------
    date : str or date
        The day, in the organization's time zone.
    label : str
        What happened.
    kind : str, default 'note'
        The kind of event, such as ``note``, ``launch`` or ``algorithm``.
    project : str or DataFrame, optional
        The project that it is about: an id, an exact name, or a loaded frame of one project.
    entity : {'creator', 'campaign', 'video'}, optional
        The kind of what the note is about, if not a whole project; `project` isn't needed then.
    entity_id : str, optional
        Its id; of a creator also the handle, of a campaign the name.
    dry_run : bool, default False
        Change nothing; return what would become of each item, and the request.
    again : bool, default False
        Create another one like the one that the same call created within the last 24 hours.
    idempotency_key : str, optional
        The key of the request; by default one made from the request.
    client : Client, optional
        The client to send with; by default the one that ``connect`` made last.

    Returns
    -------
    pandas.DataFrame
        One row: the note as :func:`load_annotations` returns it.

    Raises
    ------
    ArgumentError, ArgumentTypeError, ApiError, ConnectionFailedError, DeadlineError
        See :mod:`trackagoat_pandas.actions`; also if neither a project nor an entity is given, or
        only one of entity and id.

    See Also
    --------
    load_annotations : Load the notes on charts.
    actions.update_annotation : Change a note.
    plots.trend : Draw a metric over time.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     note = tgp.actions.annotate("2026-06-10", "New brief", project="Summer Launch")
    >>> note["label"].iloc[0]
    'New brief'
    """
    client, _ = session_of(client), check_bool("dry_run", dry_run)
    check_again(again, idempotency_key)
    if (entity is None) != (entity_id is None):
        missing = "entity" if entity is None else "entity_id"
        raise MissingArgumentError(missing, "give entity and entity_id, or neither")
    if entity is None and project is None:
        raise MissingArgumentError("project", "a note is about a project or something in one")
    readers: dict[str, Check] = {"creator": read_creator, "campaign": inputs.one_campaign}
    body = inputs.fields(
        # As text: `entity` is checked only here, and may be a list, which has no hash.
        {**CHECKS, "entity_id": readers.get(str(entity), CHECKS["entity_id"])},
        "date",
        "label",
        date=date,
        label=label,
        kind=kind,
        entity=entity,
        entity_id=entity_id,
    )
    # What needs a request comes last, so that a refusal has sent nothing.
    project_id = optional_project(client, project)
    if project_id is not None:
        body["project_id"] = project_id
    named = [body.get("entity_id", "")]
    if entity == "campaign":
        found = find_campaigns(client, named, project_id=project_id)
        body["entity_id"] = found[named[0]]
    if entity == "creator":
        (body["entity_id"],) = find_creators(client, named, project_id=project_id)
    look = Listed(ANNOTATIONS.path, fields=CHECKS)
    write = creation(
        ANNOTATIONS.path, body, label, again=again, idempotency_key=idempotency_key, look=look
    )
    return send_one(client, ANNOTATIONS, write, dry_run=dry_run)


@takes_arrow
def update_annotation(
    annotation: One,
    *,
    date: DateLike | Keep = KEEP,
    label: str | Keep = KEEP,
    kind: str | Keep = KEEP,
    dry_run: bool = False,
    client: Client | None = None,
) -> pd.DataFrame:
    """Change a chart note; fields that aren't given stay as they are.

    ``PATCH /analytics/annotations/{id}``.

    Parameters
    ----------
    annotation : str or DataFrame
        The note's id, or a frame of one note.
    date : str or date, optional
        The day, in the organization's time zone.
    label : str, optional
        What happened.
    kind : str, optional
        The kind of event, such as ``note``, ``launch`` or ``algorithm``.
    dry_run : bool, default False
        Change nothing; return what would become of each item, and the request.
    client : Client, optional
        The client to send with; by default the one that ``connect`` made last.

    Returns
    -------
    pandas.DataFrame
        One row: the note as :func:`load_annotations` returns it.

    Raises
    ------
    ArgumentError, ArgumentTypeError, ApiError, ConnectionFailedError, DeadlineError
        See :mod:`trackagoat_pandas.actions`.

    See Also
    --------
    actions.annotate : Add a note to the charts.
    actions.remove_annotations : Delete notes.
    load_annotations : Load the notes on charts.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     note = tgp.actions.annotate("2026-06-10", "New brief", project="Summer Launch")
    ...     tgp.actions.update_annotation(note, label="Newer brief")["label"].iloc[0]
    'Newer brief'
    """
    client = session_of(client)
    body = inputs.changes(CHECKS, date=date, label=label, kind=kind)
    return update(client, ANNOTATIONS, inputs.one("annotation", annotation), body, dry_run=dry_run)


@takes_arrow
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
    annotations : str, list of str or DataFrame
        Ids, or a frame of notes.
    confirm : bool, default False
        Must be True for more than one.
    dry_run : bool, default False
        Change nothing; return what would become of each item, and the request.
    client : Client, optional
        The client to send with; by default the one that ``connect`` made last.

    Returns
    -------
    pandas.DataFrame
        Results (``item``, ``status``, ``id``, ``error_code``, ``error``), one row per note;
        ``status`` is ``deleted`` on success.

    Raises
    ------
    ConfirmationError, ArgumentError, ArgumentTypeError, ApiError, PartialWriteError
        See :mod:`trackagoat_pandas.actions`.

    See Also
    --------
    actions.annotate : Add a note to the charts.
    load_annotations : Load the notes on charts.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     note = tgp.actions.annotate("2026-06-10", "New brief", project="Summer Launch")
    ...     tgp.actions.remove_annotations(note)["status"].tolist()
    ['deleted']
    """
    client = session_of(client)
    given = Given(client, dry_run=dry_run)
    ids, path = given.ids("annotations", annotations), ANNOTATIONS.path
    judge = among(client, path, say=("would remove", None))
    return delete_all(given, "remove_annotations", path, ids, confirm=confirm, judge=judge)
