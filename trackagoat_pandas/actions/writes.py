"""One request that changes something, before it is sent: what is asked, and for which items."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeAlias

import pandas as pd

from trackagoat_pandas.errors import ArgumentError
from trackagoat_pandas.frames.build import build_frame
from trackagoat_pandas.frames.decode import chunk_from_records
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.tables.writes import PLAN

Method: TypeAlias = Literal["POST", "PATCH", "DELETE"]
Body: TypeAlias = "dict[str, Any]"

BULK_ITEMS: Final = 50  # the API takes at most 50 items in one POST
_KEY_DIGITS: Final = 40


@dataclass(frozen=True, slots=True)
class Write:
    """One request.

    Attributes
    ----------
    method, path, body
        What is sent; no body where it is None.
    items
        What the request is about, in words a person knows: one, or those of a bulk request.
    is_bulk
        Whether the response reports each item by itself.
    otherwise
        The status of an item of a POST that made nothing new.
    is_creating
        Whether it is a POST that creates something: only such carry an idempotency key. What may
        be meant again on the same day, such as a scrape, carries none and is not retried.
    idempotency_key
        Overrides the key that a creating POST carries.
    id_field
        Where the answer has the id of what was made, if not in ``id``.
    """

    method: Method
    path: str
    body: Body | None = field(default=None, repr=False)
    items: tuple[str, ...] = ()
    is_bulk: bool = False
    otherwise: str = "done"
    is_creating: bool = False
    idempotency_key: str | None = None
    id_field: str = "id"

    def key(self, client: Client) -> str | None:
        """The idempotency key of a creating POST: what is asked, digested; None of others.

        It is the same for the same request with the same API key, so that a cell run again within
        the 24 hours for which the server remembers creates nothing twice, even if the first answer
        was lost. Another body has another key.
        """
        if not self.is_creating:
            return None
        if self.idempotency_key is not None:
            return self.idempotency_key
        asked = json.dumps([self.method, self.path, self.body], sort_keys=True)
        owner = client.settings.api_key.fingerprint(client.base_url)
        return "tgp-" + hashlib.sha256(f"{owner}\n{asked}".encode()).hexdigest()[:_KEY_DIGITS]


def check_key(writes: Sequence[Write]) -> None:
    """Make sure that a person's own idempotency key goes with one request only.

    Raises
    ------
    ArgumentError
        There are several: the server would take the second for a misuse of the first one's key.
    """
    own = [write.idempotency_key for write in writes if write.idempotency_key is not None]
    if len(own) > 1:
        problem = f"a key is for one request, and this makes {len(own)}"
        raise ArgumentError("idempotency_key", own[0], problem=problem)


def batches(items: Sequence[Any], size: int = BULK_ITEMS) -> Iterable[Sequence[Any]]:
    """Split items into as few parts as requests may hold them."""
    return (items[start : start + size] for start in range(0, len(items), size))


def creation(
    path: str, body: Body, item: str, idempotency_key: str | None, *, id_field: str = "id"
) -> Write:
    """Give the POST that creates one thing."""
    return Write(
        "POST",
        path,
        body,
        items=(item,),
        is_creating=True,
        idempotency_key=idempotency_key,
        id_field=id_field,
    )


def bulk(path: str, field_name: str, ids: Sequence[str], *, otherwise: str) -> list[Write]:
    """Give the POSTs that do the same with many ids."""
    return [
        Write(
            "POST",
            path,
            {field_name: list(batch)},
            items=tuple(batch),
            is_bulk=True,
            otherwise=otherwise,
        )
        for batch in batches(ids)
    ]


def each(method: Method, path: str, ids: Sequence[str], *, otherwise: str = "done") -> list[Write]:
    """Give a request without a body for each id, which goes to ``{}`` in the path."""
    return [Write(method, path.format(id_), items=(id_,), otherwise=otherwise) for id_ in ids]


def plan_frame(writes: Sequence[Write]) -> pd.DataFrame:
    """Give the requests as a frame, one row each, in the order in which they would be sent."""
    records = (
        {
            "method": write.method,
            "path": write.path,
            "body": write.body,
            "items": len(write.items),
        }
        for write in writes
    )
    return build_frame(
        [chunk_from_records(records, PLAN)], PLAN, provenance={"path": "", "complete": True}
    )
