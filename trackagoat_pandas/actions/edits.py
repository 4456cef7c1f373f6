"""Changes made to a loaded frame, sent: a PATCH for each resource."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from trackagoat_pandas.actions import creators, videos
from trackagoat_pandas.actions.annotations import writing
from trackagoat_pandas.actions.campaigns import editing
from trackagoat_pandas.actions.organizations import projects
from trackagoat_pandas.actions.payouts import methods, payment_edits, rules
from trackagoat_pandas.actions.sending import chosen, send_all
from trackagoat_pandas.actions.values import Check
from trackagoat_pandas.actions.writes import Write
from trackagoat_pandas.checks import check_choice, check_id, is_null, require_columns
from trackagoat_pandas.errors import ArgumentError
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.organization import forget_projects, resolve_organization
from trackagoat_pandas.tables.writes import WRITABLE

_CHECKS: Final[Mapping[str, Mapping[str, Check]]] = {
    "creators": creators.EDITS,
    "videos": videos.EDITS,
    "campaigns": editing.EDITS,
    "projects": projects.EDITS,
    "annotations": writing.CHECKS,
    "payout_methods": methods.EDITS,
    "payout_structures": rules.CHECKS,
    "payout_payments": payment_edits.EDITS,
}
_PATHS: Final = {
    "creators": "/creators",
    "videos": "/videos",
    "campaigns": "/campaigns",
    "annotations": "/analytics/annotations",
    "payout_methods": "/payout-methods",
    "payout_structures": "/payout-structures",
    "payout_payments": "/payout-payments",
}


def apply(
    diff: pd.DataFrame, *, dry_run: bool = False, client: Client | None = None
) -> pd.DataFrame:
    """Send the changes that :func:`diff <trackagoat_pandas.diff>` found.

    ``PATCH`` for each resource, with all of its changed fields. Only ``after`` is sent: what
    others changed meanwhile in the same field is overwritten.

    Parameters
    ----------
    diff
        A row a changed cell: ``resource``, ``id``, ``field``, ``after``. Rows may be left out.
    dry_run, client
        As in :func:`add_creators`.

    Returns
    -------
    pandas.DataFrame
        A row a resource, as :func:`add_creators` gives: ``item`` is its id, ``status`` is
        ``updated`` where it was done.

    Raises
    ------
    ArgumentError, ArgumentTypeError, MissingColumnError
        A value or a field can't be written, or a cell stands there twice; nothing was sent.
    ApiError, PartialWriteError
        As in :func:`add_creators`.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     creators = tgp.load_creators("Summer Launch").head(2)
    ...     edited = creators.assign(description=["Prefers mornings.", "On leave."])
    ...     tgp.actions.apply(creators.goat.diff(edited))["status"].tolist()
    ['updated', 'updated']
    """
    client = chosen(client)
    bodies = _bodies(diff)
    writes = [
        Write("PATCH", f"{_path(client, resource)}/{id_}", body, items=(id_,))
        for (resource, id_), body in bodies.items()
    ]
    results = send_all(client, "changes", writes, dry_run=dry_run)
    if any(resource == "projects" for resource, _ in bodies):
        forget_projects(client)  # a name may now mean another project
    return results


def _bodies(diff: pd.DataFrame) -> dict[tuple[str, str], dict[str, Any]]:
    """Put the changes of each resource into one body."""
    columns = ("resource", "id", "field", "after")
    require_columns(diff, columns, loader="diff")
    bodies: dict[tuple[str, str], dict[str, Any]] = {}
    for resource, given_id, field, after in zip(*(diff[name] for name in columns), strict=True):
        fields = WRITABLE[check_choice("resource", resource, tuple(WRITABLE))]
        name = fields[check_choice("field", field, tuple(fields))]
        body = bodies.setdefault((resource, check_id("id", given_id)), {})
        if name in body:
            raise ArgumentError("diff", field, problem=f"{field} of {given_id} appears twice")
        body[name] = _CHECKS[resource][name](field, None if is_null(after) else after)
    return bodies


def _path(client: Client, resource: str) -> str:
    if resource == "projects":
        return f"/organizations/{resolve_organization(client, None)}/projects"
    return _PATHS[resource]
