"""Shapes that nobody expects give what was sent, or an error."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.laws.contract_variations import loading, wrapping
from tests.laws.contract_variations.comparing import assert_same, assert_same_or_refused
from trackagoat_pandas.errors import UnreadableResponseError
from trackagoat_pandas.tables import TABLES


@pytest.mark.parametrize("name", [*loading.LISTS, *loading.RANKED, *loading.NESTED, "outliers"])
@pytest.mark.parametrize("data", wrapping.NO_ROWS, ids=repr)
def test_what_holds_no_rows_is_an_error(name: str, data: Any) -> None:
    with pytest.raises(UnreadableResponseError, match=r"^/.*: HTTP 200, but ."):
        loading.load_table(name, {"data": data})


GROUP = {
    "creator": {"id": "c", "tiktok_handle": "goat"},
    "compliance": [{"goal": {"id": "g", "metric": "posts"}, "target": 5, "actual": 1}],
}


@pytest.mark.parametrize(
    ("name", "sent", "rows"),
    [
        ("videos", {"videos": {"v": {"id": "v"}}, "next": None}, [{"id": "v"}]),
        ("videos", {"videos": [], "creators": [{"id": "c"}]}, []),
        ("videos", {"videos": None, "creators": [{"id": "c"}]}, []),
        ("videos", {"videos": [], "filters": [{"name": "x"}]}, []),
        ("videos", {"title": "x", "description": None}, [{"title": "x"}]),
        ("payout_assignments", {"id": loading.ID, "assignments": [{"id": "a"}]}, [{"id": "a"}]),
        ("goal_compliance", {"compliance": [GROUP]}, [GROUP]),
        ("goal_compliance", {"creators": {"c": GROUP}, "next": None}, [GROUP]),
        ("outliers", {"total": 1, "by_id": {"v": {"video_id": "v"}}}, [{"video_id": "v"}]),
        ("outliers", {"video_id": "v", "view_count": 3}, [{"video_id": "v", "view_count": 3}]),
        ("outliers", {"outliers": [], "creators": [{"creator_id": "c"}]}, []),
        ("posting-heatmap", {"0": {"9": 3}}, [{"dow": 0, "hour": 9, "post_count": 3}]),
        ("goal-compliance", {"missed": 2, "as_of": "now"}, [{"status": "missed", "count": 2}]),
        (
            "goal-compliance",
            {"filters": {"period": "all"}, "counts": {"missed": 2}},
            [{"status": "missed", "count": 2}],
        ),
        (
            "view-distribution",
            {"buckets": [{"lower": 0, "upper": 9}], "percentiles": [{"p": 50, "value": 3}]},
            [{"lower": 0, "upper": 9}],
        ),
    ],
)
def test_no_container_gives_rows_that_were_not_sent(name: str, sent: Any, rows: Any) -> None:
    assert_same_or_refused(name, sent, {loading.path_of(name): rows}, loading.LOADS[name])


@pytest.mark.parametrize("name", ["outliers", "view-distribution", "goal-compliance"])
def test_a_null_list_in_a_report_has_no_rows(name: str) -> None:
    plain = loading.load_table(name, [])
    assert_same(loading.load_table(name, {"rows": None, "total": 0}), plain, name)


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("videos", "creator_id"),
        ("creators", "project_id"),
        ("comments", "video_id"),
        ("payout_accruals", "structure_id"),
        ("payout_payments", "method_id"),
        ("outliers", "creator_id"),
    ],
)
def test_a_nested_object_tells_the_id_that_it_stands_for(name: str, column: str) -> None:
    key = dict.fromkeys(TABLES[name].key, "a")
    sent = [{**key, column.removesuffix("_id"): {"id": "c", "name": "goat"}}]
    rows = [{**key, column: "c"}]
    assert_same_or_refused(name, sent, {loading.path_of(name): rows}, loading.LOADS[name])


@pytest.mark.parametrize(
    "sent", [{"method": {"id": loading.ID, "name": "x"}}, {"payout_method": None}]
)
def test_one_resource_in_a_container_is_found_or_refused(sent: Any) -> None:
    rules = {f"/payout-methods/{loading.ID}": {"id": loading.ID, "name": "x"}}
    assert_same_or_refused("payout_methods", sent, rules, one_method)


def one_method(client: tgp.Client) -> pd.DataFrame:
    return tgp.load_payout_methods(method=loading.ID, client=client)


def test_what_stands_beside_a_reports_rows_is_not_taken_for_its_provenance() -> None:
    beside = {"path": "/elsewhere", "params": {}, "complete": False, "requests": 9}
    facts = loading.load_table("outliers", {**beside, "rows": []}).frame.goat.provenance
    own = {name: facts[name] for name in ("path", "complete", "requests")}
    assert own == {"path": loading.path_of("outliers"), "complete": True, "requests": 1}


@pytest.mark.parametrize("end", [{"total_count": 3}, {"hasMore": False}])
def test_a_report_that_comes_in_pages_is_whole_or_an_error(end: dict[str, Any]) -> None:
    rows = [{"video_id": each} for each in "abc"]

    def answer(query: dict[str, str]) -> dict[str, Any]:
        start = int(query.get("offset", query.get("cursor", 0)))
        more = {"hasMore": True, "nextCursor": "2"} if "hasMore" in end else end
        meta = end if start else more
        return {"data": rows[start : start + 2], "error": None, "meta": meta}

    path = loading.path_of("outliers")
    assert_same_or_refused("outliers", answer, {path: rows}, loading.LOADS["outliers"])
