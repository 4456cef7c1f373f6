"""Laws of gains that hold for every video and every cut of time."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from trackagoat_pandas.sandbox.audience import TAPE_DAYS
from trackagoat_pandas.sandbox.clock import day_start
from trackagoat_pandas.sandbox.curves import ADVERTISED, BOUGHT, DRIPPED, NATURAL, RATES
from trackagoat_pandas.sandbox.measures import GAINED_METRICS, gained, gained_in_all
from trackagoat_pandas.sandbox.snapshots import Sight
from trackagoat_pandas.sandbox.spans import local_day_of
from trackagoat_pandas.sandbox.video_cache import Videos

DAY = 86_400.0
instants = st.floats(0.0, 400 * DAY, allow_nan=False)
rates = st.floats(0.0, 0.3)
shares = st.just(0.0) | st.floats(0.0, 1.0)


@st.composite
def some_videos(draw: st.DrawFn) -> Videos:
    size = draw(st.integers(0, 6))

    def array(values: st.SearchStrategy[float]) -> np.ndarray:
        return np.array(draw(st.lists(values, min_size=size, max_size=size)), dtype=np.float64)

    posted = array(instants)
    curves = {
        "posted_ts": posted,
        "tracked_ts": (tracked := posted + array(st.floats(0.0, 50 * DAY))),
        "untracked_ts": tracked + array(st.just(np.inf) | st.floats(0.0, 50 * DAY)),
        "final_views": array(st.floats(0.0, 5e7)),
        "tau_days": array(st.floats(0.1, 20.0)),
        "shape": array(st.floats(0.3, 1.5)),
        **{rate: array(rates) for rate in RATES.values()},
        "late_share": array(st.floats(0.0, 1.0)),
        "wave_views": array(st.sampled_from([0.0, 0.0, 1e5])),
        "wave_ts": posted + array(st.floats(0.0, 20 * DAY)),
        "wave_tau_days": array(st.floats(0.1, 5.0)),
        "wave_engagement": array(st.floats(0.0, 1.0)),
        "wave_form": array(st.sampled_from([NATURAL, BOUGHT, DRIPPED, ADVERTISED])),
        "rhythm": array(shares),
        "noise": array(shares),
        "tape": array(st.integers(0, TAPE_DAYS - 1)),
        # What is taken back would be a loss, which test_nature looks at.
        "taken_views": np.zeros(size),
        "taken_ts": np.zeros(size),
        "gap_ts": posted + array(st.floats(0.0, 20 * DAY)),
        "gap_days": array(st.just(0.0) | st.floats(0.0, 3.0)),
    }
    ids = [str(place) for place in range(size)]
    keys = np.arange(size, dtype=np.uint64)
    return Videos(ids, [None] * size, curves, np.ones(size, dtype=np.bool_), keys)


cuts = st.lists(instants, min_size=2, max_size=8).map(lambda cut: np.array(sorted(cut)))
metrics = st.sampled_from(GAINED_METRICS)


@settings(max_examples=60, deadline=None)
@given(some_videos(), cuts, metrics)
def test_gains_of_neighbouring_spans_add_up_to_the_whole(
    videos: Videos, edges: np.ndarray, metric: str
) -> None:
    parts = gained(videos, edges, metric).sum(axis=1)
    whole = gained(videos, edges[[0, -1]], metric)[:, 0]
    assert (parts == whole).all()


@settings(max_examples=60, deadline=None)
@given(some_videos(), cuts, metrics)
def test_a_gain_is_never_negative_and_never_before_or_after_tracking(
    videos: Videos, edges: np.ndarray, metric: str
) -> None:
    gains = gained(videos, edges, metric)
    assert (gains >= 0).all()
    untracked = edges[None, 1:] <= videos.tracked_ts[:, None]
    untracked |= edges[None, :-1] >= videos.curves["untracked_ts"][:, None]
    assert (gains[untracked] == 0).all()


@settings(max_examples=60, deadline=None)
@given(some_videos(), cuts, metrics)
def test_together_is_the_sum_of_each(videos: Videos, edges: np.ndarray, metric: str) -> None:
    assert (gained_in_all(videos, edges, metric) == gained(videos, edges, metric).sum(axis=0)).all()


# Clocks change in them by an hour, by half an hour, and at midnight.
zones = st.sampled_from(["America/New_York", "Australia/Lord_Howe", "Africa/Cairo"]).map(ZoneInfo)
SETTLED_S = 70 * 3_600.0


@settings(max_examples=100, deadline=None)
@given(some_videos(), metrics, zones, st.integers(8 * 86_400, 400 * 86_400))
def test_late_snapshots_move_gains_between_the_last_days_and_nothing_else(
    videos: Videos, metric: str, zone: ZoneInfo, since_2026: int
) -> None:
    now_ts = 1_767_225_600.0 + since_2026
    for name in ("posted_ts", "tracked_ts", "untracked_ts"):
        videos.curves[name][:] += now_ts - 200 * DAY
    today = local_day_of(now_ts, zone)
    days = [today - timedelta(days=ago) for ago in range(8, -1, -1)]
    edges = np.array([*(day_start(day, zone).timestamp() for day in days), now_ts])
    true = gained(videos, edges, metric)
    shown = gained(videos, edges, metric, Sight(now_ts, zone))
    assert (shown >= 0).all()
    assert (shown.sum(axis=1) == true.sum(axis=1)).all()
    # The total up to any day's end is at most the true one: nothing is shown before it came.
    assert (np.cumsum(shown, axis=1) <= np.cumsum(true, axis=1)).all()
    is_settled = edges[1:] <= now_ts - SETTLED_S
    assert is_settled.any()
    assert (shown[:, is_settled] == true[:, is_settled]).all()
    # Whatever was late is in by now.
    later = Sight(now_ts + SETTLED_S, zone)
    assert (gained(videos, edges[:-1], metric, later) == true[:, :-1]).all()
