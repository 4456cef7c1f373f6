"""The ways in which rows may be held in pages, and answers that hold none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from tests.laws.contract_variations.drawn import Row
from tests.laws.contract_variations.loading import RANKED, REPORTS
from trackagoat_pandas.tables import TABLES


@dataclass(frozen=True)
class Wrapping:
    """How rows are held in pages: in which member, with what beside it, and how the list ends."""

    container: str | None = None
    beside: Row = field(default_factory=dict)
    end: Any = None
    has_null_lists: bool = False
    size: int = 100

    def held(self, rows: list[Row]) -> Any:
        if self.container is None:
            return rows
        sent = None if self.has_null_lists and not rows else rows
        return {**self.beside, self.container: sent}

    def answer(self, rows: list[Row]) -> Callable[[dict[str, str]], Row]:
        """Serve rows in pages, by cursor or by offset as it is asked for."""

        def answer(query: dict[str, str]) -> Row:
            start = int(query.get("offset", query.get("cursor", 0)))
            rest = start + self.size
            meta = {"hasMore": True, "nextCursor": str(rest)} if rest < len(rows) else self.end
            if "offset" in query:
                meta = self.end and {**dict(self.end), "total_count": len(rows)}
            return {"data": self.held(rows[start:rest]), "error": None, "meta": meta}

        return answer


BESIDE = st.sampled_from([{}, {"total": 3, "note": None}, {"took": {"ms": 1.5}, "page": "1"}])
ENDS = st.sampled_from(
    [
        None,
        {},
        [],
        {"hasMore": False},
        {"hasMore": False, "nextCursor": None},
        {"hasMore": None, "nextCursor": ""},
        {"hasMore": False, "nextCursor": "2026-03-15T10:00:00Z", "request": {"ms": [1]}},
    ]
)
NO_ROWS = [5, True, "soon", ["x"], [5], [None], [[{"id": "a"}]], {"message": "ok"}]


def wrappings(name: str) -> st.SearchStrategy[Wrapping]:
    last = TABLES[name].path.rsplit("/", 1)[-1]
    return st.builds(
        Wrapping,
        container=st.sampled_from([None, "items", "results", "rows", "data", "list", name, last]),
        beside=BESIDE,
        end=ENDS,
        has_null_lists=st.just(False) if name in RANKED else st.booleans(),
        size=st.just(100) if name in REPORTS else st.integers(1, 4),
    )
