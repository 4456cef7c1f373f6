"""Every assumed shape, varied: the same frame, or one clear error, never a wrong number."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import trackagoat_pandas as tgp
from tests import contract_variations as vary
from tests.contract_variations import ID, IDS
from trackagoat_pandas.errors import PartialLoadError, TrackaGoatError, UnreadableResponseError
from trackagoat_pandas.tables import ANALYTICS, DATA_MODEL, GOAL_COMPLIANCE, TABLES

LISTED = [*vary.LISTS, *vary.RANKED, *vary.REPORTS]


def examples(count: int) -> Any:
    return settings(max_examples=count, deadline=None, derandomize=True)


def assert_same(varied: vary.Loaded, plain: vary.Loaded, name: str) -> None:
    """One frame in the declared columns; unknown ones follow them and are named in one warning."""
    declared = list(TABLES[name].names)
    assert list(varied.frame.columns[: len(declared)]) == declared
    pd.testing.assert_frame_equal(varied.frame[declared], plain.frame, check_exact=True)
    extras = varied.frame.columns[len(declared) :]
    assert len(varied.warnings) == bool(len(extras)), varied.warnings
    assert all(extra in warning for extra in extras for warning in varied.warnings)
    assert not varied.unreadable
    assert not plain.warnings


def in_python(frame: pd.DataFrame) -> list[list[Any]]:
    """A frame's values as Python has them."""
    return frame.astype(object).where(frame.notna(), None).to_numpy().tolist()


def as_sent(value: Any, kind: str) -> Any:
    """A frame's value as it was before it was sent."""
    if value is None or kind not in ("day", "json"):
        return value
    return value.date() if kind == "day" else json.loads(value)


@pytest.mark.parametrize("name", LISTED)
@given(data=st.data())
@examples(20)
def test_a_frame_holds_what_was_sent(name: str, data: st.DataObject) -> None:
    table = TABLES[name]
    rows = data.draw(vary.rows_of(table))
    loaded = vary.load_table(name, vary.mixed(rows, table, [vary.AS_DECLARED]))
    kinds = [column.kind for column in table.columns]
    found = [map(as_sent, values, kinds) for values in in_python(loaded.frame)]
    assert [dict(zip(table.names, values, strict=True)) for values in found] == rows


@pytest.mark.parametrize("name", LISTED)
@given(data=st.data())
@examples(60)
def test_a_list_sent_in_any_way_gives_the_same_frame(name: str, data: st.DataObject) -> None:
    table = TABLES[name]
    rows = data.draw(vary.rows_of(table))
    plain = vary.load_table(name, vary.mixed(rows, table, [vary.AS_DECLARED]))
    sent = vary.mixed(rows, table, data.draw(vary.MIXTURES))
    how = data.draw(vary.wrappings(name))
    assert_same(vary.load_table(name, how.answer(sent)), plain, name)


@given(
    rows=vary.goal_rows(),
    shape=st.sampled_from(["grouped", "held", "single", "merged", "flat"]),
    ways=vary.MIXTURES,
)
@examples(100)
def test_goals_nested_or_flat_give_the_same_frame(
    rows: list[vary.Row], shape: str, ways: list[vary.Spelling]
) -> None:
    name = "goal_compliance"
    declared = vary.mixed(rows, GOAL_COMPLIANCE, [vary.AS_DECLARED])
    plain = vary.load_table(name, vary.nested_goals(declared, "grouped"))
    sent = vary.nested_goals(vary.mixed(rows, GOAL_COMPLIANCE, ways), shape)
    assert_same(vary.load_table(name, sent), plain, name)
    assert plain.frame["goal_id"].tolist() == [row["goal_id"] for row in rows]
    assert in_python(plain.frame[["actual"]]) == [[row["actual"]] for row in rows]


@given(rows=vary.MODEL_ROWS, shape=vary.MODEL_SHAPES)
@examples(100)
def test_a_data_model_by_name_or_in_lists_is_the_same_frame(
    rows: list[vary.Row], shape: vary.Row
) -> None:
    loaded = vary.load_table("data_model", {"data": vary.model_of(rows, shape)})
    assert in_python(loaded.frame) == [[row[name] for name in DATA_MODEL.names] for row in rows]
    assert not loaded.warnings


@given(
    counts=st.dictionaries(st.sampled_from(vary.STATUSES), vary.VALUES["int"], min_size=1),
    number=st.sampled_from(["number", "text", "text.0", "float"]),
    shape=st.sampled_from(["flat", "held", "rows"]),
)
@examples(100)
def test_counts_by_status_are_the_same_frame_in_any_shape(
    counts: dict[str, int], number: str, shape: str
) -> None:
    how = vary.Spelling(number=number)
    sent = {status: vary.written(count, "int", how) for status, count in counts.items()}
    rows = [{"status": status, "count": count} for status, count in sent.items()]
    answers: dict[str, Any] = {"flat": sent, "held": {"counts": sent, "total": 5}, "rows": rows}
    loaded = vary.load_table("goal-compliance", answers[shape])
    assert in_python(loaded.frame) == [[*item] for item in counts.items()]
    assert not loaded.warnings


def load_series(
    series: list[vary.Series], shape: vary.Row, ways: list[vary.Spelling], *, at_once: bool = False
) -> vary.Loaded:
    known = dict(zip(IDS, series, strict=False))

    def answer(query: dict[str, str]) -> dict[str, Any]:
        asked = {id_: known[id_] for id_ in query["entity_id"].split(",")}
        return {"data": vary.series_answer(asked, shape, ways), "error": None, "meta": None}

    def load(client: tgp.Client) -> pd.DataFrame:
        options: dict[str, Any] = {} if at_once else {"breakdown": "video"}
        return tgp.load_analytics(
            "campaign", list(known), "views", compare="prior_period", client=client, **options
        )

    rules = {"/analytics": answer, "/openapi.json": vary.TAKES_SEVERAL}
    return vary.load(rules, load, rate_limit=(10_000, 60.0) if at_once else None)


def rows_of_series(series: list[vary.Series]) -> list[list[Any]]:
    """The rows that series must give, by hand."""
    found = []
    for id_, one in zip(IDS, series, strict=False):
        kinds = [(id_, one.label, "main", None, one.points)]
        kinds += [(id_, one.label, "prior_period", None, one.prior)]
        kinds += [(part, label, "breakdown", id_, points) for part, label, points in one.parts]
        found += [
            [
                "campaign",
                owner,
                label,
                "views",
                pd.Timestamp(point["date"]),
                point["value"],
                kind,
                point["is_partial"],
                point["is_baseline"],
                parent,
            ]
            for owner, label, kind, parent, points in kinds
            for point in points
        ]
    return found


@given(
    series=st.lists(vary.SERIES, min_size=1, max_size=3),
    shape=vary.SERIES_SHAPES,
    ways=vary.MIXTURES,
)
@examples(100)
def test_series_flat_or_nested_give_the_same_frame(
    series: list[vary.Series], shape: vary.Row, ways: list[vary.Spelling]
) -> None:
    plain = load_series(series, vary.AS_NESTED, [vary.AS_DECLARED])
    assert in_python(plain.frame) == rows_of_series(series)
    assert_same(load_series(series, shape, ways), plain, "analytics")


@given(
    series=st.lists(vary.SERIES, min_size=2, max_size=3),
    shape=vary.SERIES_SHAPES,
    ways=vary.MIXTURES,
)
@examples(80)
def test_series_of_several_entities_at_once_are_those_of_one_at_a_time(
    series: list[vary.Series], shape: vary.Row, ways: list[vary.Spelling]
) -> None:
    whole = [replace(one, parts=[]) for one in series]
    plain = load_series(whole, vary.AS_NESTED, [vary.AS_DECLARED])
    assert_same(load_series(whole, shape, ways, at_once=True), plain, "analytics")


@given(points=vary.POINTS, ways=vary.MIXTURES, is_bare=st.booleans())
@examples(60)
def test_points_of_nobody_are_of_the_one_that_was_asked_for(
    points: list[vary.Row], ways: list[vary.Spelling], is_bare: bool
) -> None:
    one = vary.Series(None, points, [], [])
    plain = load_series([one], vary.AS_NESTED, [vary.AS_DECLARED])
    sent = vary.mixed(points, ANALYTICS, [replace(how, extras={}) for how in ways])
    answer = {"data": sent if is_bare else {"series": sent}}
    varied = vary.load({"/analytics": answer}, views_of_one)
    assert_same(varied, plain, "analytics")


def views_of_one(client: tgp.Client) -> pd.DataFrame:
    return tgp.load_analytics("campaign", ID, "views", compare="prior_period", client=client)


def assert_same_or_refused(name: str, sent: Any, rules: dict[str, Any], load: vary.Load) -> None:
    """What is sent, in a shape that nobody expects, gives the rules' frame or an error of ours."""
    path = next(iter(rules))
    plain = vary.load(rules, load)
    try:
        varied = vary.load({path: sent if callable(sent) else {"data": sent}}, load)
    except TrackaGoatError as error:
        assert path in str(error).replace("{id}", ID)  # noqa: PT017 - a frame is as good
    else:
        assert_same(varied, plain, name)


BAD = [
    "12abc",
    "1,234",
    "",
    "NaN",
    "1e400",
    "0x10",
    "1_000",
    "\uff11\uff12",
    True,
    False,
    [1],
    {"a": 1},
]
HUGE = ["number:1e400", "number:-1e999"]
NOT_WHOLE = [12.5, "12.5", "1e3", 2**63, str(-(2**63) - 1), "number:9007199254740994.0"]


@pytest.mark.parametrize("name", LISTED)
@given(data=st.data())
@examples(25)
def test_a_number_that_can_not_be_is_na_and_counted_or_an_error(
    name: str, data: st.DataObject
) -> None:
    table = TABLES[name]
    columns = [table.column(each) for each in table.of_kind("int", "float")]
    if not columns:
        return
    rows = data.draw(vary.rows_of(table).filter(len))
    column = data.draw(st.sampled_from(columns))
    values = st.sampled_from(BAD + HUGE + (NOT_WHOLE if column.kind == "int" else []))
    sent = vary.mixed(rows, table, [vary.AS_DECLARED])
    place = data.draw(st.integers(0, len(rows) - 1))
    plain = vary.load_table(name, [*sent[:place], {**sent[place], column.name: None}])
    try:
        spoilt = {**sent[place], column.name: data.draw(values)}
        loaded = vary.load_table(name, [*sent[:place], spoilt])
    except TrackaGoatError as error:
        assert vary.path_of(name) in str(error)  # noqa: PT017 - NA is as good
        return
    assert loaded.unreadable == {column.name: 1}
    assert [column.name in warning for warning in loaded.warnings] == [True]
    pd.testing.assert_frame_equal(loaded.frame, plain.frame)


NO_ROWS = [5, True, "soon", ["x"], [5], [None], [[{"id": "a"}]], {"message": "ok"}]


@pytest.mark.parametrize("name", [*vary.LISTS, *vary.RANKED, *vary.NESTED, "outliers"])
@pytest.mark.parametrize("data", NO_ROWS, ids=repr)
def test_what_holds_no_rows_is_an_error(name: str, data: Any) -> None:
    with pytest.raises(UnreadableResponseError, match=r"^/.*: HTTP 200, but ."):
        vary.load_table(name, {"data": data})


@pytest.mark.parametrize("data", NO_ROWS, ids=repr)
def test_what_holds_no_series_is_an_error(data: Any) -> None:
    with pytest.raises(
        PartialLoadError, match=r"The first said: /analytics: HTTP 200, but ."
    ) as caught:
        vary.load({"/analytics": {"data": data}}, views_of_one)
    assert isinstance(caught.value.__cause__, UnreadableResponseError)


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
        ("payout_assignments", {"id": ID, "assignments": [{"id": "a"}]}, [{"id": "a"}]),
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
    assert_same_or_refused(name, sent, {vary.path_of(name): rows}, vary.LOADS[name])


@pytest.mark.parametrize("name", ["outliers", "view-distribution", "goal-compliance"])
def test_a_null_list_in_a_report_has_no_rows(name: str) -> None:
    plain = vary.load_table(name, [])
    assert_same(vary.load_table(name, {"rows": None, "total": 0}), plain, name)


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
    assert_same_or_refused(name, sent, {vary.path_of(name): rows}, vary.LOADS[name])


@pytest.mark.parametrize("number", ["9007199254740993.0", "-9007199254740993.0"])
def test_a_whole_number_that_a_float_rounded_is_na(number: str) -> None:
    loaded = vary.load_table("videos", [{"id": "v", "view_count": f"number:{number}"}])
    assert loaded.unreadable == {"view_count": 1}


def test_an_unknown_number_that_a_float_would_round_keeps_its_digits() -> None:
    rows = [{"id": "v", "loops": 1.5}, {"id": "w", "loops": 2**53 + 1}]
    loaded = vary.load_table("videos", vary.Wrapping(size=1).answer(rows))
    assert loaded.frame["loops"].tolist() == ["1.5", str(2**53 + 1)]


P = [{"date": "2026-01-01", "value": 5}, {"date": "2026-01-02", "value": 6}]
PRIOR = [{"date": "2025-12-31", "value": 1}]
COMPARED = {"series": P, "comparison_series": PRIOR}


@pytest.mark.parametrize(
    ("sent", "plain"),
    [
        ({"series": {"views": P}}, {"series": P}),
        ({"series": {"views": {"points": P}}}, {"series": P}),
        ({"series": [{"entity_ref": {"id": IDS[1]}, "points": P}]}, {"series": P}),
        ({"series": {"2026-01-01": P[0], "2026-01-02": P[1]}}, {"series": P}),
        ({"series": [[point["date"], point["value"]] for point in P]}, {"series": P}),
        ({"dates": ["2026-01-01", "2026-01-02"], "values": [5, 6]}, {"series": P}),
        ({"series": [{**point, "events": []} for point in P]}, {"series": P}),
        ({"series": [{**point, "more": {"a": 1}} for point in P]}, {"series": P}),
        ({"series": [{**point, "posts": [{**point, "value": 1}]} for point in P]}, {"series": P}),
        ({"series": P, "prior_series": PRIOR}, COMPARED),
        ({"series": P, "comparison": {"series": PRIOR}}, COMPARED),
        (
            {"series": [*P, {**P[0], "entity_id": "v", "series_kind": "breakdown"}]},
            {"series": P, "breakdown_series": [{**P[0], "entity_id": "v"}]},
        ),
    ],
)
def test_no_arrangement_gives_points_that_were_not_sent(sent: Any, plain: Any) -> None:
    assert_same_or_refused("analytics", sent, {"/analytics": plain}, views_of_one)


@pytest.mark.parametrize("sent", [{"method": {"id": ID, "name": "x"}}, {"payout_method": None}])
def test_one_resource_in_a_container_is_found_or_refused(sent: Any) -> None:
    rules = {f"/payout-methods/{ID}": {"id": ID, "name": "x"}}
    assert_same_or_refused("payout_methods", sent, rules, one_method)


def one_method(client: tgp.Client) -> pd.DataFrame:
    return tgp.load_payout_methods(method=ID, client=client)


def test_what_stands_beside_a_reports_rows_is_not_taken_for_its_provenance() -> None:
    beside = {"path": "/elsewhere", "params": {}, "complete": False, "requests": 9}
    facts = vary.load_table("outliers", {**beside, "rows": []}).frame.goat.provenance
    own = {name: facts[name] for name in ("path", "complete", "requests")}
    assert own == {"path": vary.path_of("outliers"), "complete": True, "requests": 1}


@pytest.mark.parametrize("end", [{"total_count": 3}, {"hasMore": False}])
def test_a_report_that_comes_in_pages_is_whole_or_an_error(end: dict[str, Any]) -> None:
    rows = [{"video_id": each} for each in "abc"]

    def answer(query: dict[str, str]) -> dict[str, Any]:
        start = int(query.get("offset", query.get("cursor", 0)))
        more = {"hasMore": True, "nextCursor": "2"} if "hasMore" in end else end
        meta = end if start else more
        return {"data": rows[start : start + 2], "error": None, "meta": meta}

    path = vary.path_of("outliers")
    assert_same_or_refused("outliers", answer, {path: rows}, vary.LOADS["outliers"])
