from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import trackagoat_pandas as tgp
from trackagoat_pandas.errors import ArgumentError, ChoiceError, MissingColumnError
from trackagoat_pandas.helpers.growth import growth

RAW = ["views", "likes", "comments", "shares", "saves"]
PROJECT = "Q1 Brand Program"


def series(metric, values, *, start="2026-05-01", entity="a", freq="D", **columns):
    count = len(values)
    return pd.DataFrame(
        {
            "entity": pd.Categorical(["creator"] * count),
            "entity_id": entity,
            "label": f"@{entity}",
            "metric": pd.Categorical([metric] * count),
            "date": pd.date_range(start, periods=count, freq=freq).as_unit("us"),
            "value": pd.array(values, "Float64"),
            "series_kind": pd.Categorical(["main"] * count),
            "is_partial": pd.array([False] * count, "boolean"),
            "is_baseline": pd.array([False] * count, "boolean"),
            "parent_id": None,
            **columns,
        }
    )


def frame(*parts):
    return pd.concat(
        [part.astype({"metric": "str", "parent_id": "object"}) for part in parts],
        ignore_index=True,
    )


def values_of(result, metric):
    return result.loc[result["metric"] == metric, "value"].tolist()


def interactions(values):
    """Series of four interactions that add up to the values."""
    return [series(name, [value / 4 for value in values]) for name in RAW[1:]]


def test_engagement_by_views_is_gained_over_gained():
    result = growth(frame(series("views", [200, 50]), *interactions([10, 4])))
    assert values_of(result, "engagement_rate_by_views") == [5.0, 8.0]


def test_a_rate_over_no_views_is_missing():
    result = growth(frame(series("views", [0, 50]), *interactions([10, 5])))
    assert values_of(result, "engagement_rate_by_views") == [pd.NA, 10.0]


def test_a_baseline_adds_nothing_to_either_side_and_stays_marked():
    is_baseline = pd.array([True, False], "boolean")
    views = series("views", [0, 100], is_baseline=is_baseline)
    result = growth(frame(views, *interactions([0, 8])))
    assert values_of(result, "engagement_rate_by_views") == [pd.NA, 8.0]
    assert result["is_baseline"].tolist() == [True, False]


def test_a_missing_interaction_makes_the_rate_missing():
    parts = interactions([8, 8])[:-1]
    result = growth(frame(series("views", [100, 100]), *parts, series("saves", [2, None])))
    assert values_of(result, "engagement_rate_by_views") == [8.0, pd.NA]


def test_followers_are_carried_forward_from_the_last_known_value():
    totals = series("followers", [1000, None, None, 500], start="2026-04-30")
    result = growth(frame(*interactions([10, 20, 30])), totals=totals)
    assert values_of(result, "engagement_rate_by_followers") == [1.0, 2.0, 6.0]


def test_followers_are_not_carried_over_to_another_creator():
    totals = frame(series("followers", [100]), series("followers", [None], entity="b"))
    raw = frame(*interactions([5]), *[part.assign(entity_id="b") for part in interactions([5])])
    assert values_of(growth(raw, totals=totals), "engagement_rate_by_followers") == [5.0, pd.NA]


def test_posts_per_week_is_seven_times_the_posts_of_a_day():
    assert values_of(growth(series("posts", [0, 2])), "posts_per_week") == [0.0, 14.0]


def test_views_per_post_is_over_all_posts_so_far():
    totals = series("posts", [0, 3, 4])
    result = growth(series("views", [10, 30, 40]), totals=totals)
    assert values_of(result, "avg_views_per_post") == [pd.NA, 10.0, 10.0]


def test_growth_is_the_change_against_the_bucket_before():
    result = growth(series("views", [0, 50, 75, 60]), base_metric="views")
    assert values_of(result, "growth_rate_pop") == [pd.NA, pd.NA, 50.0, -20.0]


def test_growth_over_an_absent_day_is_missing():
    result = growth(series("views", [50, 60, 90]).drop(index=1), base_metric="views")
    assert values_of(result, "growth_rate_pop") == [pd.NA, pd.NA]


def test_growth_is_not_taken_across_entities():
    raw = frame(series("views", [10]), series("views", [20], entity="b", start="2026-05-02"))
    assert values_of(growth(raw, base_metric="views"), "growth_rate_pop") == [pd.NA, pd.NA]


def test_months_follow_each_other_whatever_their_length():
    raw = series("views", [100, 110, 121, 121], start="2026-01-01", freq="MS")
    grown = values_of(growth(raw, base_metric="views"), "growth_rate_pop")
    assert grown == [pd.NA, pd.NA, pytest.approx(10.0), pytest.approx(0.0)]


def test_the_posts_of_a_whole_month_are_spread_over_its_days():
    raw = series("posts", [4, 8, 4], start="2026-01-01", freq="MS")
    assert values_of(growth(raw), "posts_per_week") == [pd.NA, 2.0, pd.NA]


def test_a_known_range_says_how_many_days_of_a_cut_week_there_are():
    raw = series("posts", [3, 7], start="2026-05-04", freq="7D")
    asked = {"granularity": "week", "from": "2026-05-08", "to": "2026-05-17"}
    raw.attrs["trackagoat"] = {"params": asked}
    assert values_of(growth(raw), "posts_per_week") == [7.0, 7.0]


def test_growth_on_a_cut_week_is_missing():
    raw = series("views", [10, 20, 40], start="2026-05-04", freq="7D")
    raw.attrs["trackagoat"] = {
        "params": {"granularity": "week", "from": "2026-05-08", "to": "2026-05-24"}
    }
    grown = values_of(growth(raw, base_metric="views"), "growth_rate_pop")
    assert grown == [pd.NA, pd.NA, 100.0]


def test_rows_come_by_entity_metric_and_date_whatever_the_order_given():
    raw = frame(
        *[part for name in "ba" for part in (
            series("views", [10, 20], entity=name), series("posts", [1, 1], entity=name))]
    )  # fmt: skip
    result = growth(raw.iloc[::-1], base_metric="views")
    assert result["entity_id"].tolist() == ["a"] * 4 + ["b"] * 4
    assert result["metric"].tolist()[:4] == ["posts_per_week"] * 2 + ["growth_rate_pop"] * 2
    assert result["date"].tolist()[:2] == sorted(result["date"].unique())


def test_the_frame_is_left_unchanged_and_its_dtypes_are_kept():
    raw = series("posts", [1, None])
    before = raw.copy()
    result = growth(raw)
    pd.testing.assert_frame_equal(raw, before)
    pd.testing.assert_series_equal(
        result.dtypes.drop("metric"), raw.dtypes.drop("metric"), check_names=False
    )
    assert "posts_per_week" in result["metric"].dtype.categories


def test_an_empty_frame_gives_an_empty_frame_of_the_same_dtypes():
    raw = series("views", [1]).head(0)
    result = growth(raw, "engagement_rate_by_views")
    assert result.empty
    pd.testing.assert_series_equal(result.dtypes, raw.dtypes)


def test_what_a_metric_lacks_is_named():
    with pytest.raises(ArgumentError, match="it needs shares, saves"):
        growth(frame(series("views", [1]), *interactions([1])[:2]), "engagement_rate_by_views")
    with pytest.raises(ArgumentError, match="it needs posts in totals"):
        growth(series("views", [1]), "avg_views_per_post")
    with pytest.raises(ArgumentError, match="it needs the base_metric"):
        growth(series("views", [1]), "growth_rate_pop")


def test_a_frame_from_which_nothing_follows_is_refused():
    with pytest.raises(ArgumentError, match="no derived metric can be computed"):
        growth(series("likes", [1]))


def test_an_unknown_metric_is_refused():
    with pytest.raises(ChoiceError, match="'posts_per_week'"):
        growth(series("views", [1]), "views_per_week")
    with pytest.raises(ChoiceError, match="base_metric='clicks'"):
        growth(series("views", [1]), base_metric="clicks")


def test_totals_in_place_of_what_is_new_are_refused():
    raw = frame(series("views", [1]), series("posts", [1]))
    raw.attrs["trackagoat"] = {"params": {"mode": "cumulative"}}
    with pytest.raises(ArgumentError, match="load it with mode='new'"):
        growth(raw)
    assert growth(raw, "growth_rate_pop", base_metric="views")["value"].isna().all()


def test_new_values_in_place_of_totals_are_refused():
    totals = series("posts", [1])
    totals.attrs["trackagoat"] = {"params": {"mode": "new"}}
    with pytest.raises(ArgumentError, match="load it with mode='cumulative'"):
        growth(series("views", [1]), totals=totals)


def test_of_two_rows_for_one_bucket_the_last_counts():
    joined = growth(frame(series("posts", [1]), series("posts", [2])))
    assert values_of(joined, "posts_per_week") == [14.0]


def test_of_two_rows_for_one_bucket_the_complete_one_counts_though_it_came_first():
    stale = series("posts", [1], is_partial=pd.array([True], "boolean"))
    for parts in ((series("posts", [2]), stale), (stale, series("posts", [2]))):
        joined = growth(frame(*parts))
        assert values_of(joined, "posts_per_week") == [14.0]
        assert joined["is_partial"].tolist() == [False]


def test_totals_of_a_joined_load_count_once():
    totals = frame(series("posts", [4]), series("posts", [5]))
    joined = growth(series("views", [100]), totals=totals)
    assert values_of(joined, "avg_views_per_post") == [20.0]


def test_a_baselines_row_is_used_as_it_stands():
    # The server adds 0 for the snapshot itself; what came later in its bucket counts.
    is_baseline = pd.array([True, False], "boolean")
    views = series("views", [50, 100], is_baseline=is_baseline)
    result = growth(frame(views, *interactions([5, 8])))
    assert values_of(result, "engagement_rate_by_views") == [10.0, 8.0]


@pytest.mark.parametrize("facts", [None, 5, [], {}, {"params": None}, {"params": [1]}])
def test_a_provenance_that_says_nothing_is_no_obstacle(facts):
    views = series("views", [200, 50])
    views.attrs["trackagoat"] = facts
    assert len(growth(views, "growth_rate_pop", base_metric="views")) == 2


def test_a_range_that_is_no_range_is_named():
    weeks = series("posts", [7, 7], freq="W-MON", start="2026-05-04")
    weeks.attrs["trackagoat"] = {"params": {"granularity": "week", "from": "soon", "to": "later"}}
    with pytest.raises(ArgumentError, match="from='soon'"):
        growth(weeks)


def test_another_frame_is_refused():
    with pytest.raises(MissingColumnError, match="load_analytics"):
        growth(pd.DataFrame({"a": [1]}))


def _loaded(client, entity, **options):
    """Ids, raw series and totals of the sandbox."""
    ids = {
        "creator": lambda: tgp.load_creators(PROJECT, client=client),
        "campaign": lambda: tgp.load_campaigns(PROJECT, client=client),
        "video": lambda: tgp.load_videos(PROJECT, client=client).head(8),
    }[entity]()
    has_creators = entity != "video"
    raw = [*RAW, "posts"] if has_creators else RAW
    analytics = tgp.load_analytics(entity, ids, raw, client=client, **options)
    totals = (
        tgp.load_analytics(
            entity, ids, ["followers", "posts"], mode="cumulative", client=client, **options
        )
        if has_creators
        else None
    )
    return ids, analytics, totals


def _beside(mine, theirs):
    key = ["entity_id", "metric", "series_kind", "date"]
    both = mine.astype({"metric": "str"}).merge(
        theirs.astype({"metric": "str"}), on=key, how="outer", suffixes=("", "_server")
    )
    assert len(both) == len(mine) == len(theirs)
    return both


@pytest.mark.parametrize(
    ("dates", "backend"),
    [
        ("2025-10-28..2025-11-08", "numpy_nullable"),
        ("2026-03-01..2026-03-14", "numpy_nullable"),
        ("2026-06-10..2026-06-30", "pyarrow"),
    ],
)
@pytest.mark.filterwarnings("ignore:analytics. no data:trackagoat_pandas.errors.NoDataWarning")
@pytest.mark.parametrize("entity", ["creator", "campaign", "video"])
def test_derived_metrics_equal_the_servers(client, entity, dates, backend):
    """Over both days on which the clock changes, first snapshots, and the day that fills."""
    options = {"dates": dates, "compare": "prior_period", "dtype_backend": backend}
    ids, analytics, totals = _loaded(client, entity, **options)
    mine = growth(analytics, totals=totals)
    metrics = mine["metric"].unique().tolist()
    assert len(metrics) == (1 if entity == "video" else 4)
    both = _beside(mine, tgp.load_analytics(entity, ids, metrics, client=client, **options))
    for name in ("value", "is_partial", "is_baseline"):
        ours, servers = (
            both[column].to_numpy("float64", na_value=np.nan) for column in (name, f"{name}_server")
        )
        np.testing.assert_allclose(ours, servers, rtol=1e-12, err_msg=name)


@pytest.mark.parametrize("mode", ["new", "cumulative"])
@pytest.mark.parametrize("granularity", ["day", "week", "month"])
def test_growth_equals_the_servers_where_the_bucket_before_is_whole(client, mode, granularity):
    ids = tgp.load_creators(PROJECT, client=client)
    options = {"mode": mode, "granularity": granularity, "dates": "2026-01-07..2026-05-20"}
    base = tgp.load_analytics("creator", ids, "views", client=client, **options)
    mine = growth(base, "growth_rate_pop", base_metric="views")
    theirs = tgp.load_analytics(
        "creator", ids, "growth_rate_pop", base_metric="views", client=client, **options
    )
    both = _beside(mine, theirs).sort_values(["entity_id", "date"])
    skipped = 1 if granularity == "day" or mode == "cumulative" else 2
    later = both[both.groupby("entity_id").cumcount() >= skipped]
    np.testing.assert_allclose(
        later["value"].to_numpy("float64", na_value=np.nan),
        later["value_server"].to_numpy("float64", na_value=np.nan),
        rtol=1e-12,
    )


def test_posts_per_week_equals_the_servers_for_weeks_that_the_range_cuts(client):
    ids = tgp.load_creators(PROJECT, client=client)
    options = {"granularity": "week", "dates": "2026-04-01..2026-05-15", "compare": "prior_period"}
    mine = growth(tgp.load_analytics("creator", ids, "posts", client=client, **options))
    theirs = tgp.load_analytics("creator", ids, "posts_per_week", client=client, **options)
    both = _beside(mine, theirs)
    assert both["value"].notna().all()
    np.testing.assert_allclose(both["value"].astype(float), both["value_server"].astype(float))
