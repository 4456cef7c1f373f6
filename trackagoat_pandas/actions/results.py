"""What became of the items of a request: read from an answer of any shape, or from its failure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import pandas as pd

from trackagoat_pandas.actions.writes import Write
from trackagoat_pandas.errors import (
    MEANINGS,
    ApiError,
    ConnectionFailedError,
    RedirectError,
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
_MEANING: Final = {
    **{word: word for word in RESULT_STATUSES},
    "removed": "deleted",
    "skipped": "unchanged",
    "error": "failed",
    "errors": "failed",
    "ok": None,
    "success": None,
}
"""The words that an answer may use for what became of an item; None is what the request does."""


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
    item, in order or naming it, bare or under any name; and lists named by what became of their
    items. An item that isn't mentioned is ``unknown``, never taken for done.
    """
    if not write.is_bulk:
        word = _word(write, answer.status)
        return [Result(item, word, _id_of(answer.data, write)) for item in write.items]
    found = _matched(_rows(answer.data), write.items)
    return [
        _read_row(item, row, write, answer.status)
        for item, row in zip(write.items, found, strict=True)
    ]


def failed(write: Write, error: TrackaGoatError, sent: int) -> list[Result]:
    """Give the results of a request that failed as a whole, having left so many times."""
    status = "unknown" if _may_be_done(error, sent, is_repeated=write.is_creating) else "failed"
    code = error.code if isinstance(error, ApiError) else None
    sentence = error.message if isinstance(error, ApiError) else str(error)
    return [Result(item, status, None, code, sentence) for item in write.items]


def _may_be_done(error: TrackaGoatError, sent: int, *, is_repeated: bool) -> bool:
    """Whether a request may have been carried out, though no answer says so."""
    if not sent or isinstance(error, RedirectError):
        return False
    if isinstance(error, UnreadableResponseError | ServerError):
        return True
    if isinstance(error, ApiError):
        return False
    # Why the last attempt failed; an earlier one of a request that is repeated may have succeeded.
    cause = error.__cause__
    if isinstance(cause, ServerError | ConnectionFailedError) or getattr(cause, "sent", False):
        return True
    return is_repeated and sent > (0 if cause is None else 1)


def not_sent(writes: Iterable[Write]) -> list[Result]:
    """Give the results of requests that were never sent."""
    return [Result(item, "not_sent") for write in writes for item in write.items]


def _read_row(item: str, row: Mapping[str, Any] | None, write: Write, status: int) -> Result:
    if row is None:
        return Result(item, "unknown", error="the response doesn't mention this item")
    error = row.get("error")
    code, sentence = row.get("code"), error
    if isinstance(error, dict):
        code, sentence = error.get("code", code), error.get("message")
    if code is None and isinstance(error, str) and error in MEANINGS:
        code, sentence = error, MEANINGS[error]
    word, text = _said(row, write, status), None if sentence is None else str(sentence)
    if word == "unknown" and text is None:
        text = f"the response calls it {row.get('status')!r}"
    return Result(item, word, _id_of(row, write), None if code is None else str(code), text)


def _said(row: Mapping[str, Any], write: Write, status: int) -> str:
    """What a row says became of its item; an unknown status is never treated as success."""
    said = row.get("status")
    if row.get("error") or row.get("success") is False:
        return "failed"
    if not isinstance(said, str):  # the row is the resource itself
        return _word(write, status)
    return _MEANING.get(said, "unknown") or _word(write, status)


def _rows(data: Any) -> list[Mapping[str, Any]]:
    """Find the rows: a list, those in an object, perhaps named by their status, or the one row."""
    if isinstance(data, list):
        return [row if isinstance(row, dict) else {"item": row} for row in data]
    if not isinstance(data, dict):
        return []
    if isinstance(data.get("id"), str):
        return [data]
    return [
        {"status": name, **row} if name in _MEANING else row
        for name, rows in data.items()
        if isinstance(rows, list)
        for row in _rows(rows)
    ]


def _matched(
    rows: Sequence[Mapping[str, Any]], items: Sequence[str]
) -> list[Mapping[str, Any] | None]:
    """Find each item's row: the one that names it, else the one in its place that names none."""
    known = set(map(_fold, items))
    names = [known.intersection(_names_of(row)) for row in rows]
    named = {name: row for row, said in zip(rows, names, strict=True) for name in said}
    in_place: Sequence[Mapping[str, Any] | None] = [None] * len(items)
    if len(rows) == len(items):
        in_place = [None if said else row for row, said in zip(rows, names, strict=True)]
    return [named.get(_fold(item), row) for item, row in zip(items, in_place, strict=True)]


def _names_of(row: Mapping[str, Any]) -> set[str]:
    return {_fold(row[name]) for name in _NAMES if isinstance(row.get(name), str)}


def _word(write: Write, status: int) -> str:
    if write.method == "DELETE":
        return "deleted"
    if write.method == "PATCH":
        return "updated"
    return "created" if status == CREATED else write.otherwise


def _id_of(data: Any, write: Write) -> str | None:
    if not isinstance(data, dict):
        return None
    found = data.get(write.id_field, data.get("id"))
    return found if isinstance(found, str) else None


def _fold(text: str) -> str:
    return text.removeprefix("@").casefold()
