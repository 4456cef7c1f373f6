"""Laws of the helpers that every frame needs, for all inputs."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.heavy import HEAVY
from trackagoat_pandas.helpers.completion import add_missing_days
from trackagoat_pandas.helpers.growth import growth
from trackagoat_pandas.helpers.leaderboard import leaderboard
from trackagoat_pandas.helpers.names import with_names
from trackagoat_pandas.helpers.wide import to_wide

FEW = settings(max_examples=60 if HEAVY else 10, deadline=None)
INTERACTIONS = ("likes", "comments", "shares", "saves")
METRICS = ("views", *INTERACTIONS, "posts")
COUNTS = st.one_of(st.none(), st.integers(0, 10**12))


@st.composite
def analytics(draw, metrics=METRICS):
    """Some days of some metrics of some entities, in any order."""
    cells = st.tuples(
        st.sampled_from("abc"),
        st.sampled_from(metrics),
        st.integers(0, 9),
        st.sampled_from(["main", "prior_period"]),
    )
    keys = draw(st.lists(cells, unique=True, max_size=40))
    values = draw(st.lists(COUNTS, min_size=len(keys), max_size=len(keys)))
    frame = pd.DataFrame(keys, columns=["entity_id", "metric", "day", "series_kind"])
    days = pd.to_datetime("2026-03-05") + pd.to_timedelta(frame.pop("day").astype("int64"), "D")
    return frame.assign(
        label=frame["entity_id"].astype("str"),
        date=days.dt.as_unit("us"),
        value=pd.array(values, "Float64"),
        is_partial=False,
    )


def by_key(frame):
    key = ["entity_id", "series_kind", "metric", "date"]
    return frame.sort_values(key).reset_index(drop=True)


def floats(column):
    return column.to_numpy("float64", na_value=np.nan)


@FEW
@given(analytics())
def test_engagement_is_that_of_each_row_of_a_plain_pivot(frame):
    names = ["engagement_rate_by_views", "posts_per_week"]
    needs = {names[0]: {"views", *INTERACTIONS}, names[1]: {"posts"}}
    wanted = [name for name in names if needs[name] <= set(frame["metric"])]
    if not wanted:
        return
    derived = growth(frame, wanted)
    key = ["entity_id", "series_kind", "date"]
    numbers = frame.astype({"value": "float64"})
    parts = {name: part.set_index(key)["value"] for name, part in numbers.groupby("metric")}
    plain = pd.concat(parts, axis=1)
    for name in wanted:
        rows = derived[derived["metric"] == name]
        beside = plain.loc[pd.MultiIndex.from_frame(rows[key])]
        if name == "posts_per_week":
            expected = beside["posts"] * 7
        else:
            sums = beside[list(INTERACTIONS)].sum(axis=1, skipna=False)
            expected = sums / beside["views"].where(beside["views"] > 0) * 100
        np.testing.assert_allclose(floats(rows["value"]), expected.to_numpy(), rtol=1e-12)


@FEW
@given(analytics(("views",)), st.sampled_from([2, 10, 0.5]))
def test_growth_does_not_depend_on_the_unit_or_on_the_order_of_rows(frame, factor):
    plain = by_key(growth(frame, "growth_rate_pop", base_metric="views"))
    scaled = frame.assign(value=frame["value"] * factor).iloc[::-1]
    other = by_key(growth(scaled, "growth_rate_pop", base_metric="views"))
    np.testing.assert_allclose(floats(other["value"]), floats(plain["value"]), rtol=1e-9, atol=1e-9)


@FEW
@given(analytics(("views",)))
def test_growth_leads_from_each_day_to_the_next(frame):
    derived = growth(frame, "growth_rate_pop", base_metric="views")
    key = ["entity_id", "series_kind", "date"]
    values = frame.set_index(key)["value"]
    for row in derived[derived["value"].notna()].itertuples():
        today = values[(row.entity_id, row.series_kind, row.date)]
        before = values[(row.entity_id, row.series_kind, row.date - pd.Timedelta(days=1))]
        assert abs(before * (1 + row.value / 100) - today) <= 1e-6 * max(today, before)


@FEW
@given(analytics())
def test_completing_adds_absent_days_and_touches_nothing_else(frame):
    filled = add_missing_days(frame)
    key = ["entity_id", "metric", "series_kind", "date"]
    kept = filled.merge(frame[key], on=key)
    pd.testing.assert_frame_equal(by_key(kept), by_key(frame), check_dtype=False)
    added = filled.merge(frame[key], on=key, how="left", indicator=True)
    assert added.loc[added["_merge"] == "left_only", "value"].isna().all()
    sizes = filled.groupby(["series_kind", "entity_id", "metric"]).size()
    ends = sizes.groupby("series_kind").agg(["min", "max"])
    assert (ends["min"] == ends["max"]).all()


@FEW
@given(analytics())
def test_completing_twice_is_completing_once(frame):
    once = add_missing_days(frame, "2026-03-01..2026-03-20")
    pd.testing.assert_frame_equal(add_missing_days(once, "2026-03-01..2026-03-20"), once)


@FEW
@given(analytics(("views",)))
def test_wide_holds_every_value_of_the_long_frame_and_no_other(frame):
    wide = to_wide(frame, columns="entity_id")
    main = frame[frame["series_kind"] == "main"]
    long = wide.reset_index().melt("date", var_name="entity_id", value_name="wide")
    both = main.merge(long, on=["date", "entity_id"])
    assert len(both) == len(main)
    np.testing.assert_array_equal(floats(both["value"]), floats(both["wide"]))
    assert wide.notna().to_numpy().sum() == main["value"].notna().sum()


@FEW
@given(
    st.lists(st.sampled_from(["a", "b", "x", None]), max_size=20),
    st.lists(st.sampled_from("abc"), max_size=6),
)
def test_names_never_change_rows(ids, known):
    # A float has no room for numbers as large as these.
    largest = pd.array([2**63 - 1 - place for place in range(len(ids))], "Int64")
    frame = pd.DataFrame({"creator_id": pd.Series(ids, dtype="object"), "n": largest})
    creators = pd.DataFrame({"id": known, "tiktok_handle": [f"@{one}" for one in known]})
    creators = creators.astype("object")
    named = with_names(frame, creators=creators)
    pd.testing.assert_frame_equal(named.drop(columns="tiktok_handle"), frame)
    expected = [f"@{one}" if one in known else None for one in ids]
    assert (
        named["tiktok_handle"].astype("object").where(named["tiktok_handle"].notna(), None).tolist()
        == expected
    )


@FEW
@given(st.lists(st.one_of(st.none(), st.integers(0, 50)), max_size=30), st.integers(1, 10))
def test_a_short_leaderboard_is_the_head_of_the_whole_one(counts, n):
    frame = pd.DataFrame({"place": range(len(counts)), "view_count": pd.array(counts, "Int64")})
    whole = leaderboard(frame, n=None)
    pd.testing.assert_frame_equal(leaderboard(frame, n=n), whole.head(n))
    ranks = frame["view_count"].astype("float64").rank(method="min", ascending=False)
    assert whole["rank"].tolist() == ranks[whole["place"]].tolist()
    assert whole.sort_values(["view_count", "place"], ascending=[False, True]).equals(whole)
    if whole["share"].notna().any():
        np.testing.assert_allclose(float(whole["share"].sum()), 100.0)


@FEW
@given(
    st.lists(st.tuples(st.sampled_from("xyz"), st.integers(0, 9)), max_size=30), st.integers(1, 4)
)
def test_a_leaderboard_within_groups_is_one_leaderboard_for_each(rows, n):
    frame = pd.DataFrame(rows, columns=["group", "view_count"]).assign(place=range(len(rows)))
    frame = frame.astype({"view_count": "Int64"})
    parts = [leaderboard(part, n=n) for _, part in frame.groupby("group")]
    together = leaderboard(frame, n=n, within="group")
    assert together["place"].tolist() == [place for part in parts for place in part["place"]]
    assert together["rank"].tolist() == [rank for part in parts for rank in part["rank"]]
