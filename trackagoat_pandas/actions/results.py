"""What became of the items of a request: read from an answer of any shape, or from its failure.

Knows the shapes that bulk answers may have. Must not know what the items are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import pandas as pd

from trackagoat_pandas.actions.writes import Write
from trackagoat_pandas.errors import (
    ApiError,
    ConnectionFailedError,
    ServerError,
    TrackaGoatError,
    UnreadableResponseError,
)
from trackagoat_pandas.frames.build import build_frame
from trackagoat_pandas.frames.decode import chunk_from_records
from trackagoat_pandas.http.envelope import Envelope
from trackagoat_pandas.tables.writes import RESULT_STATUSES, RESULTS

CREATED: Final = 201
_NAMES: Final = ("item", "tiktok_handle", "url", "name", "id")
"""Where an answer's row may say which item it is about."""
_UNCLEAR: Final = (ConnectionFailedError, ServerError, UnreadableResponseError)


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one item."""

    item: str
    status: str
    id: str | None = None
    error_code: str | None = None
    error: str | None = None


def results_frame(results: Iterable[Result], provenance: dict[str, Any]) -> pd.DataFrame:
    """Give results as a typed frame, one row an item."""
    chunks = [chunk_from_records(map(asdict, results), RESULTS)]
    return build_frame(chunks, RESULTS, provenance=provenance)


def read_results(write: Write, answer: Envelope) -> list[Result]:
    """Read what an answer says of each item of its request.

    The API's documentation doesn't show a bulk answer. Understood are a list with a row for each
    item, in order or naming it, bare or under any one name; and lists named by what became of
    their items. An item that isn't told of is ``unknown``, never taken for done.
    """
    if not write.is_bulk:
        word = _word(write, answer.status)
        return [Result(item, word, _id_of(answer.data)) for item in write.items]
    rows = _rows(answer.data)
    if len(rows) == len(write.items) and not _is_named(rows, write.items):
        return [
            _read_row(item, row, write, answer.status)
            for item, row in zip(write.items, rows, strict=True)
        ]
    named = {_fold(row[name]): row for row in rows for name in _NAMES if _is_text(row.get(name))}
    return [_read_row(item, named.get(_fold(item)), write, answer.status) for item in write.items]


def failed(write: Write, error: TrackaGoatError) -> list[Result]:
    """Give the results of a request that failed as a whole."""
    # A request may have been carried out though no answer to it came, or none that can be read.
    status = "unknown" if isinstance(error, _UNCLEAR) else "failed"
    code = error.code if isinstance(error, ApiError) else None
    sentence = error.message if isinstance(error, ApiError) else str(error)
    return [Result(item, status, None, code, sentence) for item in write.items]


def not_sent(writes: Iterable[Write]) -> list[Result]:
    """Give the results of requests that were never sent."""
    return [Result(item, "not_sent") for write in writes for item in write.items]


def _read_row(item: str, row: Mapping[str, Any] | None, write: Write, status: int) -> Result:
    if row is None:
        return Result(item, "unknown", error="the answer doesn't tell what became of it")
    error = row.get("error")
    code, sentence = row.get("code"), error
    if isinstance(error, dict):
        code, sentence = error.get("code", code), error.get("message")
    said = row.get("status")
    if said not in RESULT_STATUSES:  # the row is the resource itself
        said = "failed" if error else _word(write, status)
    text = None if sentence is None else str(sentence)
    return Result(item, str(said), _id_of(row), None if code is None else str(code), text)


def _rows(data: Any) -> list[Mapping[str, Any]]:
    """Find the rows: a list, the one list in an object, or several named by their status."""
    if isinstance(data, list):
        return [row if isinstance(row, dict) else {"item": row} for row in data]
    if not isinstance(data, dict):
        return []
    lists = {name: value for name, value in data.items() if isinstance(value, list)}
    if len(lists) == 1 and next(iter(lists)) not in RESULT_STATUSES:
        return _rows(next(iter(lists.values())))
    return [
        {"status": name, **row}
        for name, rows in lists.items()
        if name in RESULT_STATUSES
        for row in _rows(rows)
    ]


def _is_named(rows: Sequence[Mapping[str, Any]], items: Sequence[str]) -> bool:
    """Whether each row says which item it is about, so that their order need not be trusted."""
    said = {_fold(row[name]) for row in rows for name in _NAMES if _is_text(row.get(name))}
    return said.issuperset(map(_fold, items))


def _word(write: Write, status: int) -> str:
    if write.method == "DELETE":
        return "deleted"
    if write.method == "PATCH":
        return "updated"
    return "created" if status == CREATED else write.otherwise


def _id_of(data: Any) -> str | None:
    found = data.get("id") if isinstance(data, dict) else None
    return found if isinstance(found, str) else None


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _fold(text: str) -> str:
    return text.removeprefix("@").casefold()
