"""The comparison of the live API with what this package expects, and its report."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any, Final, TypeAlias

import msgspec
import pandas as pd

from trackagoat_pandas.base.types import Json
from trackagoat_pandas.contract import findings
from trackagoat_pandas.contract.findings import (
    FINDINGS,
    SEVERITIES,
    Finding,
    compare_names,
    compare_rows,
)
from trackagoat_pandas.errors import (
    ApiError,
    GoneError,
    NotFoundError,
    UnauthorizedError,
    UnreadableResponseError,
)
from trackagoat_pandas.frames.build import build_frame
from trackagoat_pandas.frames.reports import (
    flatten_compliance,
    flatten_model,
    rows_of,
    split_report,
)
from trackagoat_pandas.frames.series import read_series
from trackagoat_pandas.frames.values import chunk_from_records
from trackagoat_pandas.http.client import Client, resolve_client
from trackagoat_pandas.inputs.arrow import takes_arrow
from trackagoat_pandas.tables import (
    ANALYTICS,
    ANNOTATIONS,
    CAMPAIGNS,
    COMMENTS,
    CREATORS,
    DATA_MODEL,
    GOAL_COMPLIANCE,
    PAYOUT_ACCRUALS,
    PAYOUT_ASSIGNMENTS,
    PAYOUT_METHODS,
    PAYOUT_PAYMENTS,
    PAYOUT_STRUCTURES,
    PROJECTS,
    REPORTS,
    TABLES,
    VIDEOS,
    Table,
)
from trackagoat_pandas.tables.model import Kind

HARMLESS: Final = ("added", "not checked")
"""Severities of differences by which no frame loses anything."""
_NESTED: Final = (ANALYTICS, GOAL_COMPLIANCE, DATA_MODEL, COMMENTS)
"""Tables whose rows have another form in a response, or whose endpoint is optional."""
_FLAT: Final = tuple(table for table in TABLES.values() if table not in _NESTED)
_OPENAPI: Final = "/openapi.json"
_DEEPEST: Final = 8
"""How many references are followed in a row: a schema may refer to itself."""
_TYPES: Final[Mapping[str, frozenset[Kind]]] = {
    "string": frozenset({"id", "text", "instant", "day", "category"}),
    "uuid": frozenset({"id", "text"}),
    "date": frozenset({"day", "text"}),
    "datetime": frozenset({"instant", "text"}),
    "date-time": frozenset({"instant", "text"}),
    "integer": frozenset({"int", "float"}),
    "number": frozenset({"int", "float"}),
    "boolean": frozenset({"bool"}),
    "object": frozenset({"json"}),
    "array": frozenset({"json"}),
}
"""The kinds of columns that can hold a declared type; other types aren't compared."""
_EXTRA_KINDS: Final = {
    "integer": "int",
    "number": "float",
    "boolean": "bool",
    "object": "json",
    "array": "json",
}
_ROWS: Final = 50
_REPORTS: Final = ("video-leaderboard", "creator-leaderboard", "creator-scatter", "outliers")
"""The reports to request; the others are only looked up in the server's descriptions."""

Fields: TypeAlias = dict[str, str | None]
Records: TypeAlias = list[dict[str, Any]]
Known: TypeAlias = Mapping[str, str]
"""Ids from earlier responses: of a ``project``, a ``creator`` and a ``structure``."""


@takes_arrow
def check_contract(client: Client | None = None) -> pd.DataFrame:
    """Compare the live API with what this package expects.

    About half of what the package declares is assumed, since the API doesn't document it; this
    function finds out what is true.

    Parameters
    ----------
    client : Client, optional
        The client to use; by default the one that ``connect`` made last.

    Returns
    -------
    pandas.DataFrame
        One row per difference, most severe first; empty if there is none. A difference that is seen
        in several places is one row. Columns: ``where``, ``table`` (a name for :func:`describe`),
        ``field``, ``expected``, ``found`` (str), ``severity`` (category: ``endpoint missing``,
        ``type changed``, ``missing``, ``renamed?``, ``added``, ``not checked``) and ``meaning``,
        the effect on the loader's frames.

    Raises
    ------
    UnauthorizedError
        The key isn't accepted.
    ConnectionFailedError, DeadlineError
        The server couldn't be reached, or not in time.

    See Also
    --------
    load_path : Load any other path.
    describe : Describe the columns.
    load_data_model : Load the server's description of its tables.

    Notes
    -----
    The check sends at most 20 requests, all of them GETs, and one more for each retry: three for
    the server's own descriptions (``/openapi.json``, ``/analytics/schema`` and ``/schema``), and
    one for a small page of each list.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True) as client:
    ...     differences = tgp.check_contract(client)
    >>> print(len(differences), "differences")
    0 differences
    """
    client = resolve_client(client)
    before = client.requests_sent
    found, known = list(_of_documents(client)), dict[str, str]()
    for probe in _first_probes():
        found += _ask(client, probe, known)
    for probe in _further_probes(known):
        found += _ask(client, probe, known)
    found = _merge(found)
    ranks = {severity: rank for rank, severity in enumerate(SEVERITIES)}
    found.sort(key=lambda finding: ranks[finding.severity])
    facts = {
        "path": _OPENAPI,
        "fetched_at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "complete": True,
        "requests": client.requests_sent - before,
    }
    chunk = chunk_from_records(map(asdict, found), FINDINGS)
    return build_frame([chunk], FINDINGS, provenance=facts)


def report(differences: pd.DataFrame) -> str:
    """Write differences as text for a terminal or an email, with a count by severity."""
    if differences.empty:
        return "The API is as expected."
    counts = differences["severity"].value_counts(sort=False)
    counted = ", ".join(f"{count} {word}" for word, count in counts.items() if count)
    rows = []
    for row in differences.to_dict("records"):
        field = row["table"] if pd.isna(row["field"]) else f"{row['table']}.{row['field']}"
        facts = {"expected": row["expected"], "found": row["found"]}
        said = "; ".join(f"{name} {fact}" for name, fact in facts.items() if not pd.isna(fact))
        rows.append(f"{row['severity']}: {field} ({row['where']})\n  {said}\n  {row['meaning']}")
    return "\n".join([*rows, f"{len(rows)} in all: {counted}."])


def _of_documents(client: Client) -> Iterator[Finding]:
    document = _document(client, _OPENAPI)
    if isinstance(document, Finding):
        yield document
    else:
        for table in _FLAT:
            yield from _compare_openapi(document, table)
    # It may be an OpenAPI document, or an envelope like /schema.
    part = _document(client, "/analytics/schema")
    if isinstance(part, Finding):
        yield part
    else:
        for table in _FLAT:
            found = _compare_openapi(part, table, "analytics schema")
            # This document describes only a part of the API.
            yield from (finding for finding in found if finding.severity != "endpoint missing")
        data = part.get("data") if isinstance(part, dict) else None
        yield from _compare_schema(data, [ANNOTATIONS], "analytics schema")
    try:
        data = client.get(DATA_MODEL.path).data
    except (ApiError, UnreadableResponseError) as refusal:
        yield _refusal_finding(DATA_MODEL.path, DATA_MODEL, refusal)
    else:
        yield from _compare_schema(data, [table for table in _FLAT if table not in REPORTS])


def _document(client: Client, path: str) -> Any:
    """Fetch a description of the API; return a finding if that fails."""
    try:
        return msgspec.json.decode(client.text(path))
    except UnauthorizedError:
        raise
    except (ApiError, UnreadableResponseError, msgspec.DecodeError, RecursionError) as flaw:
        return findings.not_checked(path, DATA_MODEL, str(flaw))


def _ask(client: Client, probe: _Probe, known: dict[str, str]) -> list[Finding]:
    where = f"GET {probe.table.path}"
    try:
        records = probe.rows(client.get(probe.path, probe.params).data)
    except (ApiError, UnreadableResponseError) as refusal:
        return [_refusal_finding(where, probe.table, refusal)]
    for name, id_ in _ids_in(probe.table, records).items():
        known.setdefault(name, id_)
    return compare_rows(where, probe.table, records)


def _refusal_finding(
    where: str, table: Table, refusal: ApiError | UnreadableResponseError
) -> Finding:
    """Return the finding of a request that failed; without a valid key all of them would."""
    if isinstance(refusal, UnauthorizedError):
        raise refusal
    if isinstance(refusal, UnreadableResponseError):
        return findings.unreadable(where, table, refusal.problem)
    said = f"HTTP {refusal.status} {refusal.code or ''}".rstrip()
    if isinstance(refusal, NotFoundError | GoneError):
        return findings.endpoint_missing(where, table, said)
    return findings.not_checked(where, table, said)


def _merge(found: list[Finding]) -> list[Finding]:
    """Merge findings that differ only in the place or the value seen."""
    alike: dict[Finding, list[Finding]] = {}
    for finding in found:
        alike.setdefault(replace(finding, where="", found=None), []).append(finding)
    return [
        replace(same[0], where=", ".join(dict.fromkeys(finding.where for finding in same)))
        for same in alike.values()
    ]


def _compare_openapi(document: Any, table: Table, name: str = "openapi") -> list[Finding]:
    """Compare the rows of a table's path, as an OpenAPI document declares them, with the table."""
    where = f"{name} GET {table.path}"
    operation = _operation(document, table.path)
    if operation is None:
        return [findings.endpoint_missing(where, table, "no such path")]
    fields = _row_fields(document, operation)
    return _compare_fields(where, table, fields) if fields else []


def _compare_schema(data: Any, tables: Sequence[Table], name: str = "schema") -> list[Finding]:
    """Compare the entities of a schema with the tables whose rows they are."""
    rows_of_entity = {_plain(table.name): table for table in tables}
    entities: dict[str, Fields] = {}
    for record in flatten_model(data):
        entities.setdefault(record["entity"], {})[record["field"]] = record.get("type")
    return [
        finding
        for entity, fields in entities.items()
        if (table := rows_of_entity.get(_plain(entity))) is not None
        for finding in _compare_fields(f"{name} {entity}", table, fields)
    ]


def _compare_fields(where: str, table: Table, fields: Fields) -> list[Finding]:
    columns = {name: column for column in table.columns for name in (column.name, *column.wire)}
    come = {columns[name].name for name in fields if name in columns}
    absent = [column for column in table.columns if column.name not in come]
    extras = {
        name: _EXTRA_KINDS.get(type_ or "", "text")
        for name, type_ in fields.items()
        if name not in columns
    }
    changed = [
        findings.type_changed(where, table, columns[name], str(type_))
        for name, type_ in fields.items()
        # An unknown type proves nothing, and a column of JSON holds any value.
        if name in columns
        and columns[name].kind not in _TYPES.get(type_ or "", {columns[name].kind}) | {"json"}
    ]
    return [*changed, *compare_names(where, table, absent, extras)]


def _operation(document: Any, path: str) -> dict[str, Any] | None:
    paths = _member(document, "paths")
    for name, item in paths.items() if isinstance(paths, dict) else ():
        if _same_path(str(name).removeprefix("/api/v1"), path):
            operation = _member(item, "get")
            return operation if isinstance(operation, dict) else None
    return None


def _same_path(one: str, other: str) -> bool:
    """Say whether two paths are equal, apart from the names of their parameters."""
    ours, theirs = one.strip("/").split("/"), other.strip("/").split("/")
    return len(ours) == len(theirs) and all(
        a == b or (a.startswith("{") and b.startswith("{"))
        for a, b in zip(ours, theirs, strict=True)
    )


def _row_fields(document: Any, operation: Mapping[str, Any]) -> Fields:
    """Return the fields of a list's rows with their types; empty if the response is no list."""
    content = _member(_member(_member(operation, "responses"), "200"), "content")
    schema = _resolve(document, _member(_member(content, "application/json"), "schema"))
    data = _resolve(document, _member(_member(schema, "properties"), "data"))
    properties = _member(_resolve(document, _member(data, "items")), "properties")
    if not isinstance(properties, dict):
        return {}
    return {name: _type_of(_resolve(document, one)) for name, one in properties.items()}


def _resolve(document: Any, schema: Any, depth: int = 0) -> Any:
    """Follow references, and choose the only alternative that isn't null."""
    reference = _member(schema, "$ref")
    if isinstance(reference, str) and depth < _DEEPEST:
        found = document
        for part in reference.removeprefix("#/").split("/"):
            found = _member(found, part)
        return _resolve(document, found, depth + 1)
    for word in ("anyOf", "oneOf", "allOf"):
        choices = _member(schema, word)
        if isinstance(choices, list) and depth < _DEEPEST:
            real = [choice for choice in choices if _member(choice, "type") != "null"]
            return _resolve(document, real[0], depth + 1) if len(real) == 1 else {}
    return schema


def _type_of(schema: Any) -> str | None:
    kind = _member(schema, "type")
    words = [word for word in (kind if isinstance(kind, list) else [kind]) if word != "null"]
    if len(words) != 1 or not isinstance(words[0], str):
        return None
    form = _member(schema, "format")
    return form if words[0] == "string" and form in _TYPES else words[0]


def _member(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, dict) else None


def _plain(name: str) -> str:
    letters = "".join(letter for letter in name.lower() if letter.isalnum())
    return letters.removesuffix("s")


@dataclass(frozen=True, slots=True)
class _Probe:
    """One GET: its table, path and parameters, and a function that returns a response's rows."""

    table: Table
    path: str
    params: Mapping[str, Any]
    rows: Callable[[Json], Records]


def _first_probes() -> tuple[_Probe, ...]:
    """Return the probes of lists that require no id."""
    plain = (
        # First, since the project of a creator has goals, and the newest project may be empty.
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
        _Probe(table, table.path, {"limit": _ROWS}, partial(rows_of, path=table.path))
        for table in plain
    )


def _further_probes(known: Known) -> Iterator[_Probe]:
    """Yield the probes that need ids from the first ones; those without an id are left out."""
    project, creator, structure = (known.get(name) for name in ("project", "creator", "structure"))
    if structure:
        path = PAYOUT_ASSIGNMENTS.path.replace("{id}", structure)
        yield _Probe(PAYOUT_ASSIGNMENTS, path, {"limit": _ROWS}, partial(rows_of, path=path))
    if creator:
        asked = {"entity": "creator", "entity_id": creator, "metric": "views"}
        yield _Probe(
            ANALYTICS,
            ANALYTICS.path,
            asked,
            lambda data: (
                read_series(data, entity="creator", entity_ids=[creator], metric="views").records
            ),
        )
    if not project:
        return
    path = GOAL_COMPLIANCE.path.replace("{id}", project)
    yield _Probe(GOAL_COMPLIANCE, path, {}, flatten_compliance)
    notes = partial(rows_of, path=ANNOTATIONS.path)
    yield _Probe(ANNOTATIONS, ANNOTATIONS.path, {"project_id": project}, notes)

    def report_rows(report: Table, data: Json) -> Records:
        return split_report(data, report)[0]

    for report in REPORTS:
        if report.name in _REPORTS:
            yield _Probe(
                report,
                report.path,
                {"project_id": project},
                partial(report_rows, report),
            )


def _ids_in(table: Table, records: Records) -> dict[str, str]:
    """Return the ids that further probes require, from the rows of an earlier one."""
    first = records[0] if records else {}
    wanted = {
        CREATORS.name: {"project": "project_id", "creator": "id"},
        PROJECTS.name: {"project": "id"},
        PAYOUT_STRUCTURES.name: {"structure": "id"},
    }.get(table.name, {})
    ids = {name: first.get(field) for name, field in wanted.items()}
    return {name: id_ for name, id_ in ids.items() if isinstance(id_, str)}
