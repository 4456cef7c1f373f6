"""The law of the sandbox's life: the world at a moment is the same however many steps led there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.writer import Writer

SPAN_S = 20 * 86_400
CUTS = st.lists(st.integers(0, SPAN_S), max_size=8)
SEEDS = st.integers(0, 3)
NOWS = st.sampled_from(
    ["2026-06-15T12:00:00Z", "2026-02-25T04:59:59.500000Z", "2025-10-20T04:00:00Z"]
)


def everything(api: Writer) -> dict[str, list[tuple[Any, ...]]]:
    """Every table with its row numbers, which decide the order of pages."""
    rows = api.box.database.rows
    names = [name for (name,) in rows("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return {
        name: [tuple(row) for row in rows(f"SELECT rowid, * FROM {name} ORDER BY rowid")]
        for name in names
    }


def lived(api: Writer, stops: list[int], writes: dict[int, Any]) -> dict[str, Any]:
    """The world after the span, with stops on the way and writes at some of them."""
    passed = 0
    for stop in sorted({*stops, *writes, SPAN_S}):
        api.box.advance(timedelta(seconds=stop - passed))
        passed = stop
        if stop in writes:
            writes[stop](api)
    return everything(api)


def remove(api: Writer) -> None:
    api.done("DELETE", f"/creators/{api.creator}")


def add(api: Writer) -> None:
    api.made(f"/projects/{api.project}/creators", {"tiktok_handle": "new.goat"})


def erase(api: Writer) -> None:
    video = api.rows("/videos", project_id=api.project)[0]
    api.done("DELETE", f"/videos/{video['id']}")


@settings(max_examples=12, deadline=None)
@given(cuts=CUTS, seed=SEEDS, now=NOWS)
def test_any_steps_lead_to_one_world(cuts: list[int], seed: int, now: str) -> None:
    options = {"seed": seed, "now": now, "days": 40}
    whole, cut = Writer(**options), Writer(**options)
    assert lived(cut, cuts, {}) == lived(whole, [], {})
    whole.close()
    cut.close()


@settings(max_examples=8, deadline=None)
@given(
    cuts=CUTS,
    at=st.lists(st.integers(0, SPAN_S - 1), min_size=3, max_size=3, unique=True),
    seed=SEEDS,
)
def test_any_steps_between_writes_lead_to_one_world(
    cuts: list[int], at: list[int], seed: int
) -> None:
    writes = dict(zip(at, (remove, add, erase), strict=True))
    whole, cut = Writer(seed=seed), Writer(seed=seed)
    expected = lived(whole, [], writes)
    assert lived(cut, cuts, writes) == expected
    assert expected["videos"]
    whole.close()
    cut.close()
