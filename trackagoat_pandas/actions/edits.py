"""Send the edits of a loaded frame: a PATCH for each resource."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial
from typing import Any, Final

import pandas as pd

from trackagoat_pandas.actions import (
    campaigns,
    creators,
    payout_methods,
    payout_payments,
    payout_structures,
    projects,
    videos,
)
from trackagoat_pandas.actions.annotations import CHECKS as ANNOTATION_CHECKS
from trackagoat_pandas.actions.dry_runs import NOT_FOUND, Given, Judged, Planned, Unit
from trackagoat_pandas.actions.inputs import SENT, Check, is_plan, require
from trackagoat_pandas.actions.repeats import listed
from trackagoat_pandas.actions.requests import Write
from trackagoat_pandas.errors import ArgumentError
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.http.session import Session, session_of
from trackagoat_pandas.inputs.arrow import takes_arrow
from trackagoat_pandas.inputs.checks import check_choice, check_id, is_null, require_columns
from trackagoat_pandas.names.organization import resolve_organization
from trackagoat_pandas.tables import CREATORS, PROJECTS, table
from trackagoat_pandas.tables.writes import WRITABLE

_CHECKS: Final[Mapping[str, Mapping[str, Check]]] = {
    "creators": creators.EDITS,
    "videos": videos.EDITS,
    "campaigns": campaigns.EDITS,
    "projects": projects.EDITS,
    "annotations": ANNOTATION_CHECKS,
    "payout_methods": payout_methods.EDITS,
    "payout_structures": payout_structures.CHECKS,
    "payout_payments": payout_payments.EDITS,
}


@takes_arrow
def apply(
    diff: pd.DataFrame, *, dry_run: bool = False, client: Client | None = None
) -> pd.DataFrame:
    """Send the changes that :func:`diff <trackagoat_pandas.diff>` found.

    ``PATCH`` for each resource, with all of its changed fields. Only ``after`` is sent: a change
    that someone else made to the same field in the meantime is overwritten.

    Parameters
    ----------
    diff : DataFrame
        One row per changed cell: ``resource``, ``id``, ``field``, ``after``. Rows may be left out,
        and those that were added or removed must be. Or the frame of a dry run, to send what was
        valid in it.
    dry_run : bool, default False
        Change nothing; return what would become of each item, and the request.
    client : Client, optional
        The client to send with; by default the one that ``connect`` made last.

    Returns
    -------
    pandas.DataFrame
        Results (``item``, ``status``, ``id``, ``error_code``, ``error``), one row per resource:
        ``item`` is its id, or the handle of a creator where ``diff`` has it; ``status`` is
        ``updated`` on success.

    Raises
    ------
    ArgumentError, ArgumentTypeError, MissingColumnError
        A value or a field can't be written, or a cell appears twice; nothing was sent.
    ApiError, PartialWriteError
        See :mod:`trackagoat_pandas.actions`.

    See Also
    --------
    diff : Find what differs between two frames.
    as_table : Turn another tool's export into such a frame.
    actions.update_creator : Change a creator.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     creators = tgp.load_creators("Summer Launch").head(2)
    ...     edited = creators.assign(description=["Prefers mornings.", "On leave."])
    ...     tgp.actions.apply(creators.goat.diff(edited))["status"].tolist()
    ['updated', 'updated']
    """
    client = session_of(client)
    given = Given(client, dry_run=dry_run)
    changes = _changes_of_plan(diff) if is_plan(diff) else diff
    bodies = given.take("diff", changes, _bodies, units=_units(changes), takes_plans=True)
    paths = {name: table(name).path for (name, _), _ in bodies}
    if "projects" in paths:
        paths["projects"] = f"/organizations/{resolve_organization(client, None)}/projects"
    writes = [
        Write("PATCH", f"{paths[name]}/{id_}", body, items=(id_,)) for (name, id_), body in bodies
    ]
    return given.send("changes", writes, partial(_judge, client))


def _units(diff: object) -> list[Unit]:
    """Split a diff into the changes of each resource."""
    if not isinstance(diff, pd.DataFrame) or not {"resource", "id"} <= set(diff.columns):
        return []
    groups = diff.groupby(["resource", "id"], sort=False, dropna=False, observed=True)
    units: list[Unit] = []
    for (resource, id_), changes in groups:
        item = None if is_null(id_) else str(id_)
        if resource == CREATORS.name and "name" in changes and not is_null(changes["name"].iloc[0]):
            item = str(changes["name"].iloc[0])
        kind = str(resource).removesuffix("s").replace("_", " ")
        units.append((f"the {kind} {item}", item, partial(pd.DataFrame, changes)))
    return units


def _changes_of_plan(plan: pd.DataFrame) -> pd.DataFrame:
    """Return the changes that a dry run says would be sent."""
    resources = {table(name).path.rpartition("/")[2]: name for name in WRITABLE}
    sent = plan[plan["status"].isin(SENT).to_numpy(bool)]
    if (sent["method"] != "PATCH").any():
        problem = "it is the plan of another action: pass it to that one"
        raise ArgumentError("diff", plan, problem=problem)
    changes = []
    for _, row in sent.iterrows():
        kind, id_ = str(row["path"]).split("/")[-2:]
        resource = resources.get(kind, kind)
        fields = {sent: field for field, sent in WRITABLE.get(resource, {}).items()}
        changes += [
            {"resource": resource, "id": id_, "name": row["item"], "after": after}
            | {"field": fields.get(sent, sent)}
            for sent, after in json.loads(row["body"]).items()
        ]
    return pd.DataFrame(changes, columns=["resource", "id", "name", "field", "after"], dtype=object)


def _judge(client: Session, parts: list[Planned]) -> list[Judged]:
    wanted: dict[str, list[str]] = {}
    for part in parts:
        wanted.setdefault(part.path.rpartition("/")[0], []).append(part.item)
    known = {
        path: listed(client, PROJECTS.path if path.endswith("/projects") else path, wanted=ids)
        for path, ids in wanted.items()
    }
    return [
        ("would change", None) if part.item in known[part.path.rpartition("/")[0]] else NOT_FOUND
        for part in parts
    ]


def _bodies(diff: pd.DataFrame) -> list[tuple[tuple[str, str], dict[str, Any]]]:
    """Put the changes of each resource into one body."""
    require("diff", diff, "pass what diff returned")
    columns = ("resource", "id", "field", "after")
    require_columns(diff, columns, loader="diff")
    if "change" in diff.columns and (others := int((diff["change"] != "changed").sum())):
        problem = f"{others:,} of its rows were added or removed, and apply only changes cells"
        advice = "leave them out, with changes[changes['change'] == 'changed']"
        raise ArgumentError("diff", others, problem=f"{problem}; {advice}")
    bodies: dict[tuple[str, str], dict[str, Any]] = {}
    for resource, given_id, field, after in zip(*(diff[name] for name in columns), strict=True):
        fields = WRITABLE[check_choice("resource", resource, tuple(WRITABLE))]
        name = fields[check_choice("field", field, tuple(fields))]
        body = bodies.setdefault((resource, check_id("id", given_id)), {})
        if name in body:
            raise ArgumentError("diff", field, problem=f"{field} of {given_id} appears twice")
        body[name] = _CHECKS[resource][name](field, None if is_null(after) else after)
    return list(bodies.items())
