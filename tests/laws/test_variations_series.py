"""Series in any arrangement give the points that were sent, or an error."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import trackagoat_pandas as tgp
from tests.laws.contract_variations import drawn, loading, spelling, timeseries, wrapping
from tests.laws.contract_variations.comparing import assert_same, assert_same_or_refused, in_python
from trackagoat_pandas.errors import PartialLoadError, UnreadableResponseError
from trackagoat_pandas.tables import ANALYTICS

ROW = [
    "entity", "entity_id", "label", "metric", "date", "value", "series_kind", "is_partial",
    "is_baseline", "parent_id",
]  # fmt: skip
"""The columns of the rows that are written down here."""


def load_series(
    series: list[timeseries.Series],
    shape: drawn.Row,
    ways: list[spelling.Spelling],
    *,
    at_once: bool = False,
) -> loading.Loaded:
    known = dict(zip(timeseries.IDS, series, strict=False))

    def answer(query: dict[str, str]) -> dict[str, Any]:
        asked = {id_: known[id_] for id_ in query["entity_id"].split(",")}
        return {"data": timeseries.series_answer(asked, shape, ways), "error": None, "meta": None}

    def load(client: tgp.Client) -> pd.DataFrame:
        has_parts = any(one.parts for one in series)
        options: dict[str, Any] = {"breakdown": "video"} if has_parts else {}
        return tgp.load_analytics(
            "campaign", list(known), "views", compare="prior_period", client=client, **options
        )

    described = {"/openapi.json": timeseries.TAKES_SEVERAL} if at_once else {}
    return without_chance(loading.load({"/analytics": answer, **described}, load))


def without_chance(loaded: loading.Loaded) -> loading.Loaded:
    """Leave out what is said of random points that all lie on one weekday, or have no value."""
    chances = ("and may be", "no data")
    said = [text for text in loaded.warnings if not any(chance in text for chance in chances)]
    return replace(loaded, warnings=said)


def blanked_as(found: list[list[Any]], rows: list[list[Any]]) -> list[list[Any]]:
    """Set zeros to None where they were found to be from before the data."""
    value = ROW.index("value")
    blank = {
        place
        for place, (own, row) in enumerate(zip(found, rows, strict=True))
        if own[value] is None and row[value] == 0
    }
    return [
        [None if place in blank and column == value else cell for column, cell in enumerate(row)]
        for place, row in enumerate(rows)
    ]


def rows_of_series(series: list[timeseries.Series]) -> list[list[Any]]:
    """The rows that series must give, by hand."""
    found = []
    for id_, one in zip(timeseries.IDS, series, strict=False):
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


HOW = {"shape": timeseries.SERIES_SHAPES, "ways": spelling.MIXTURES}
"""How series are sent."""


@given(series=st.lists(timeseries.SERIES, min_size=1, max_size=3), **HOW)
@drawn.examples(60)
def test_series_flat_or_nested_give_the_same_frame(
    series: list[timeseries.Series], shape: drawn.Row, ways: list[spelling.Spelling]
) -> None:
    plain = load_series(series, timeseries.AS_NESTED, [spelling.AS_DECLARED])
    found = in_python(plain.frame[ROW])
    assert found == blanked_as(found, rows_of_series(series))
    assert_same(load_series(series, shape, ways), plain, "analytics")


@given(series=st.lists(timeseries.SERIES, min_size=2, max_size=3), **HOW)
@drawn.examples(50)
def test_series_of_several_entities_at_once_are_those_of_one_at_a_time(
    series: list[timeseries.Series], shape: drawn.Row, ways: list[spelling.Spelling]
) -> None:
    whole = [replace(one, parts=[]) for one in series]
    plain = load_series(whole, timeseries.AS_NESTED, [spelling.AS_DECLARED])
    assert_same(load_series(whole, shape, ways, at_once=True), plain, "analytics")


@given(points=timeseries.POINTS, ways=spelling.MIXTURES, is_bare=st.booleans())
@drawn.examples(40)
def test_points_of_nobody_are_of_the_one_that_was_asked_for(
    points: list[drawn.Row], ways: list[spelling.Spelling], is_bare: bool
) -> None:
    one = timeseries.Series(None, points, [], [])
    plain = loading.load(
        {
            "/analytics": timeseries.series_answer(
                {loading.ID: one}, timeseries.AS_NESTED, [spelling.AS_DECLARED]
            )
        },
        views_of_one,
    )
    sent = spelling.mixed(points, ANALYTICS, [replace(how, extras={}) for how in ways])
    answer = {"data": sent if is_bare else {"series": sent}}
    varied = loading.load({"/analytics": answer}, views_of_one)
    assert_same(without_chance(varied), without_chance(plain), "analytics")


def views_of_one(client: tgp.Client) -> pd.DataFrame:
    return tgp.load_analytics("campaign", loading.ID, "views", client=client)


def compared_views(client: tgp.Client) -> pd.DataFrame:
    return tgp.load_analytics(
        "campaign", loading.ID, "views", compare="prior_period", client=client
    )


def parted_views(client: tgp.Client) -> pd.DataFrame:
    return tgp.load_analytics("campaign", loading.ID, "views", breakdown="video", client=client)


@pytest.mark.parametrize("data", wrapping.NO_ROWS, ids=repr)
def test_what_holds_no_series_is_an_error(data: Any) -> None:
    with pytest.raises(
        PartialLoadError, match=r"The first error: /analytics: HTTP 200, but ."
    ) as caught:
        loading.load({"/analytics": {"data": data}}, views_of_one)
    assert isinstance(caught.value.__cause__, UnreadableResponseError)


P = [{"date": "2026-01-01", "value": 5}, {"date": "2026-01-02", "value": 6}]
PRIOR = [{"date": "2025-12-31", "value": 1}]
COMPARED = {"series": P, "comparison_series": PRIOR}


@pytest.mark.parametrize(
    ("sent", "plain", "load"),
    [
        *(
            (sent, {"series": P}, views_of_one)
            for sent in (
                {"series": {"views": P}},
                {"series": {"views": {"points": P}}},
                {"series": [{"entity_ref": {"id": timeseries.IDS[1]}, "points": P}]},
                {"series": {"2026-01-01": P[0], "2026-01-02": P[1]}},
                {"series": [[point["date"], point["value"]] for point in P]},
                {"dates": ["2026-01-01", "2026-01-02"], "values": [5, 6]},
                {"series": [{**point, "events": []} for point in P]},
                {"series": [{**point, "more": {"a": 1}} for point in P]},
                {"series": [{**point, "posts": [{**point, "value": 1}]} for point in P]},
            )
        ),
        ({"series": P, "prior_series": PRIOR}, COMPARED, compared_views),
        ({"series": P, "comparison": {"series": PRIOR}}, COMPARED, compared_views),
        (
            {"series": [*P, {**P[0], "entity_id": "v", "series_kind": "breakdown"}]},
            {"series": P, "breakdown_series": [{**P[0], "entity_id": "v"}]},
            parted_views,
        ),
    ],
)
def test_no_arrangement_gives_points_that_were_not_sent(
    sent: Any, plain: Any, load: loading.Load
) -> None:
    assert_same_or_refused("analytics", sent, {"/analytics": plain}, load)
