"""The comparison of the live API with what this package expects, and its report."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Any, Final

import msgspec
import pandas as pd

from trackagoat_pandas.contract import findings
from trackagoat_pandas.contract.documents import (
    ANALYTICS_SCHEMA,
    OPENAPI,
    SCHEMA,
    compare_openapi,
    compare_schema,
    entity_name,
)
from trackagoat_pandas.contract.findings import FINDINGS, SEVERITIES, Finding, compare_rows
from trackagoat_pandas.contract.probes import Probe, first_probes, further_probes, ids_in
from trackagoat_pandas.errors import (
    ApiError,
    GoneError,
    NotFoundError,
    UnauthorizedError,
    UnreadableResponseError,
)
from trackagoat_pandas.frames.build import build_frame
from trackagoat_pandas.frames.values import chunk_from_records
from trackagoat_pandas.http.client import Client, resolve_client
from trackagoat_pandas.tables import (
    ANALYTICS,
    ANNOTATIONS,
    COMMENTS,
    DATA_MODEL,
    GOAL_COMPLIANCE,
    REPORTS,
    TABLES,
    Table,
)

HARMLESS: Final = ("added", "not checked")
"""Severities of differences by which no frame loses anything."""

_NESTED: Final = (ANALYTICS, GOAL_COMPLIANCE, DATA_MODEL, COMMENTS)
"""Tables whose rows have another form in a response, or whose endpoint is optional."""
_FLAT: Final = tuple(table for table in TABLES.values() if table not in _NESTED)


def check_contract(client: Client | None = None) -> pd.DataFrame:
    """Compare the live API with what this package expects.

    About half of what the package declares is assumed, since the API doesn't document it; this
    function finds out what is true.

    Parameters
    ----------
    client
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
    >>> set(differences["severity"]) <= {"added", "not checked"}
    True
    """
    client = resolve_client(client)
    before = client.requests_sent
    found, known = list(_of_documents(client)), dict[str, str]()
    for probe in first_probes():
        found += _ask(client, probe, known)
    for probe in further_probes(known):
        found += _ask(client, probe, known)
    found = _merge(found)
    ranks = {severity: rank for rank, severity in enumerate(SEVERITIES)}
    found.sort(key=lambda finding: ranks[finding.severity])
    facts = {
        "path": OPENAPI,
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
    document = _document(client, OPENAPI)
    if isinstance(document, Finding):
        yield document
    else:
        for table in _FLAT:
            yield from compare_openapi(document, table)
    # It may be an OpenAPI document, or an envelope like /schema.
    part = _document(client, ANALYTICS_SCHEMA)
    if isinstance(part, Finding):
        yield part
    else:
        for table in _FLAT:
            found = compare_openapi(part, table, "analytics schema")
            # This document describes only a part of the API.
            yield from (finding for finding in found if finding.severity != "endpoint missing")
        data = part.get("data") if isinstance(part, dict) else None
        yield from compare_schema(data, {entity_name(ANNOTATIONS): ANNOTATIONS}, "analytics schema")
    try:
        data = client.get(SCHEMA).data
    except (ApiError, UnreadableResponseError) as refusal:
        yield _refusal_finding(SCHEMA, DATA_MODEL, refusal)
    else:
        resources = [table for table in _FLAT if table not in REPORTS]
        yield from compare_schema(data, {entity_name(table): table for table in resources})


def _document(client: Client, path: str) -> Any:
    """Fetch a description of the API; return a finding if that fails."""
    try:
        return msgspec.json.decode(client.text(path))
    except UnauthorizedError:
        raise
    except (ApiError, UnreadableResponseError, msgspec.DecodeError, RecursionError) as flaw:
        return findings.not_checked(path, DATA_MODEL, str(flaw))


def _ask(client: Client, probe: Probe, known: dict[str, str]) -> list[Finding]:
    where = f"GET {probe.table.path}"
    try:
        records = probe.rows(client.get(probe.path, probe.params).data)
    except (ApiError, UnreadableResponseError) as refusal:
        return [_refusal_finding(where, probe.table, refusal)]
    for name, id_ in ids_in(probe.table, records).items():
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
