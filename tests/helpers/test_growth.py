from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.support import named_frames
from trackagoat_pandas.errors import ArgumentError, ChoiceError, MissingColumnError
from trackagoat_pandas.helpers.growth import growth

RAW = ["views", "likes", "comments", "shares", "saves"]
PROJECT = "Q1 Brand Program"


def series(metric, values, *, start="2026-05-01", entity="a", freq="D", **columns):
    frame = named_frames.series(start, values, metric=metric, entity=entity, freq=freq)
    words = dict.fromkeys(["entity", "metric", "series_kind"], "category")
    return frame.assign(parent_id=None, **columns).astype(words)


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


def weeks(metric, values, first, last):
    """Weeks from 4 May 2026 on, of a load from one day to another."""
    frame = series(metric, values, start="2026-05-04", freq="7D")
    asked = {"granularity": "week", "from": first, "to": last}
    frame.attrs["trackagoat"] = {"params": asked}
    return frame


def baseline(*values):
    """Views, of which the first value is of the snapshot that starts the series."""
    flags = pd.array([True] + [False] * (len(values) - 1), "boolean")
    return series("views", values, is_baseline=flags)


OF_B = [part.assign(entity_id="b") for part in interactions([5])]
NO_LAST_SAVES = [*interactions([8, 8])[:-1], series("saves", [2, None])]
ENGAGEMENT = {
    "gained over gained": (series("views", [200, 50]), interactions([10, 4]), [5.0, 8.0]),
    "over no views": (series("views", [0, 50]), interactions([10, 5]), [pd.NA, 10.0]),
    "a missing interaction": (series("views", [100, 100]), NO_LAST_SAVES, [8.0, pd.NA]),
    "a baseline adds nothing": (baseline(0, 100), interactions([0, 8]), [pd.NA, 8.0]),
    # The server adds 0 for the snapshot itself; what came later in its bucket counts.
    "a baseline is used as it stands": (baseline(50, 100), interactions([5, 8]), [10.0, 8.0]),
}


@pytest.mark.parametrize(("views", "parts", "expected"), ENGAGEMENT.values(), ids=ENGAGEMENT)
def test_engagement_by_views_is_a_rate_over_the_views_gained(views, parts, expected):
    result = growth(frame(views, *parts))
    assert values_of(result, "engagement_rate_by_views") == expected
    assert result["is_baseline"].tolist() == views["is_baseline"].tolist()


@pytest.mark.parametrize(
    ("raw", "totals", "metric", "expected"),
    [
        # Followers are carried forward from the last known value, and to no other creator.
        (frame(*interactions([10, 20, 30])),
         series("followers", [1000, None, None, 500], start="2026-04-30"),
         "engagement_rate_by_followers", [1.0, 2.0, 6.0]),
        (frame(*interactions([5]), *OF_B),
         frame(series("followers", [100]), series("followers", [None], entity="b")),
         "engagement_rate_by_followers", [5.0, pd.NA]),
        # Views are divided by all posts so far; if a total has two rows, the last one counts.
        (series("views", [10, 30, 40]), series("posts", [0, 3, 4]),
         "avg_views_per_post", [pd.NA, 10.0, 10.0]),
        (series("views", [100]), frame(series("posts", [4]), series("posts", [5])),
         "avg_views_per_post", [20.0]),
        (series("posts", [0, 2]), None, "posts_per_week", [0.0, 14.0]),
        # All days of a month between two others are known, and those of a week in the range.
        (series("posts", [4, 8, 4], start="2026-01-01", freq="MS"), None,
         "posts_per_week", [pd.NA, 2.0, pd.NA]),
        (weeks("posts", [3, 7], "2026-05-08", "2026-05-17"), None, "posts_per_week", [7.0, 7.0]),
        (frame(series("posts", [1]), series("posts", [2])), None, "posts_per_week", [14.0]),
    ],
)  # fmt: skip
def test_a_derived_metric_follows_its_formula(raw, totals, metric, expected):
    assert values_of(growth(raw, totals=totals), metric) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (series("views", [0, 50, 75, 60]), [pd.NA, pd.NA, 50.0, -20.0]),
        (series("views", [50, 60, 90]).drop(index=1), [pd.NA, pd.NA]),  # an absent day
        (frame(series("views", [10]), series("views", [20], entity="b", start="2026-05-02")),
         [pd.NA, pd.NA]),  # of another creator
        (series("views", [100, 110, 121, 121], start="2026-01-01", freq="MS"),
         [pd.NA, pd.NA, pytest.approx(10.0), pytest.approx(0.0)]),
        (weeks("views", [10, 20, 40], "2026-05-08", "2026-05-24"), [pd.NA, pd.NA, 100.0]),
    ],
)  # fmt: skip
def test_growth_is_the_change_against_a_whole_bucket_just_before(raw, expected):
    assert values_of(growth(raw, base_metric="views"), "growth_rate_pop") == expected


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


VIEWS = series("views", [1])


@pytest.mark.parametrize(
    ("raw", "arguments", "error", "match"),
    [
        (frame(VIEWS, *interactions([1])[:2]), ["engagement_rate_by_views"], ArgumentError,
         "it needs shares, saves"),
        (VIEWS, ["avg_views_per_post"], ArgumentError, "it needs posts in totals"),
        (VIEWS, ["growth_rate_pop"], ArgumentError, "it needs the base_metric"),
        (series("likes", [1]), [], ArgumentError, "no derived metric can be computed"),
        (VIEWS, ["views_per_week"], ChoiceError, "'posts_per_week'"),
        (weeks("posts", [7, 7], "soon", "later"), [], ArgumentError, "from='soon'"),
        (pd.DataFrame({"a": [1]}), [], MissingColumnError, "load_analytics"),
    ],
)  # fmt: skip
def test_what_can_not_be_computed_is_refused(raw, arguments, error, match):
    with pytest.raises(error, match=match):
        growth(raw, *arguments)


def test_an_unknown_base_metric_is_refused():
    with pytest.raises(ChoiceError, match="base_metric='clicks'"):
        growth(VIEWS, base_metric="clicks")


def test_a_frame_of_the_other_mode_is_refused():
    raw, totals = frame(VIEWS, series("posts", [1])), series("posts", [1])
    raw.attrs["trackagoat"] = {"params": {"mode": "cumulative"}}
    totals.attrs["trackagoat"] = {"params": {"mode": "new"}}
    with pytest.raises(ArgumentError, match="load it with mode='new'"):
        growth(raw)
    assert growth(raw, "growth_rate_pop", base_metric="views")["value"].isna().all()
    with pytest.raises(ArgumentError, match="load it with mode='cumulative'"):
        growth(VIEWS, totals=totals)


def test_of_two_rows_for_one_bucket_the_complete_one_counts_though_it_came_first():
    stale = series("posts", [1], is_partial=pd.array([True], "boolean"))
    for parts in ((series("posts", [2]), stale), (stale, series("posts", [2]))):
        joined = growth(frame(*parts))
        assert values_of(joined, "posts_per_week") == [14.0]
        assert joined["is_partial"].tolist() == [False]


@pytest.mark.parametrize("facts", [None, 5, [], {}, {"params": None}, {"params": [1]}])
def test_a_provenance_that_says_nothing_is_no_obstacle(facts):
    views = series("views", [200, 50])
    views.attrs["trackagoat"] = facts
    assert len(growth(views, "growth_rate_pop", base_metric="views")) == 2


def _loaded(client, entity, **options):
    """Ids, raw series and totals of the sandbox."""
    ids = {
        "creator": lambda: tgp.load_creators(PROJECT, client=client),
        "campaign": lambda: tgp.load_campaigns(PROJECT, client=client),
        "video": lambda: tgp.load_videos(PROJECT, client=client).head(8),
    }[entity]()
    options["client"] = client
    if entity == "video":
        return ids, tgp.load_analytics(entity, ids, RAW, **options), None
    totals = tgp.load_analytics(entity, ids, ["followers", "posts"], mode="cumulative", **options)
    return ids, tgp.load_analytics(entity, ids, [*RAW, "posts"], **options), totals


def _beside(mine, theirs):
    key = ["entity_id", "metric", "series_kind", "date"]
    both = mine.astype({"metric": "str"}).merge(
        theirs.astype({"metric": "str"}), on=key, how="outer", suffixes=("", "_server")
    )
    assert len(both) == len(mine) == len(theirs)
    return both


def _check_same(both, *names):
    for name in names:
        ours, servers = (
            both[column].to_numpy("float64", na_value=np.nan) for column in (name, f"{name}_server")
        )
        np.testing.assert_allclose(ours, servers, rtol=1e-12, err_msg=name)


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
    _check_same(both, "value", "is_partial", "is_baseline")


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
    if skipped == 1:
        _check_same(later, "value")
        return
    # Nor is the week known in which tracking began: the server compares the next one with a part.
    known = later[later["value"].notna()]
    assert later["value_server"].notna().sum() - len(known) <= 4
    _check_same(known, "value")


def test_posts_per_week_equals_the_servers_for_weeks_that_the_range_cuts(client):
    ids = tgp.load_creators(PROJECT, client=client)
    options = {"granularity": "week", "dates": "2026-04-01..2026-05-15", "compare": "prior_period"}
    mine = growth(tgp.load_analytics("creator", ids, "posts", client=client, **options))
    theirs = tgp.load_analytics("creator", ids, "posts_per_week", client=client, **options)
    both = _beside(mine, theirs)
    known = both[both["value"].notna()]
    # In the week in which tracking began, 2 creators' posts are of fewer days than the server says.
    assert both["value_server"].notna().sum() - len(known) == 2
    _check_same(known, "value")


def test_posts_per_week_of_the_running_week_are_of_the_days_so_far_as_the_servers(client):
    ids = tgp.load_creators(PROJECT, client=client)
    options = {"granularity": "week", "dates": "2026-06", "client": client}
    mine = growth(tgp.load_analytics("creator", ids, "posts", **options))
    both = _beside(mine, tgp.load_analytics("creator", ids, "posts_per_week", **options))
    assert both["is_partial"].any()
    assert both["value"].notna().all()
    _check_same(both, "value")


def test_the_week_in_which_data_begin_has_no_rate_and_no_growth_after_it():
    posts = weeks("posts", [None, 3, 7, 14], "2026-05-04", "2026-05-31")
    assert values_of(growth(posts), "posts_per_week") == [pd.NA, pd.NA, 7.0, 14.0]
    rose = growth(posts, "growth_rate_pop", base_metric="posts")
    assert values_of(rose, "growth_rate_pop") == [pd.NA, pd.NA, pd.NA, 100.0]
