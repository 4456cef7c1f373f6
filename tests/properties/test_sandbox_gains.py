"""Laws of gains that hold for every video and every cut of time."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from trackagoat_pandas.sandbox.curves import RATES
from trackagoat_pandas.sandbox.measures import GAINED_METRICS, gained, gained_in_all
from trackagoat_pandas.sandbox.video_cache import Videos

DAY = 86_400.0
instants = st.floats(0.0, 400 * DAY, allow_nan=False)
rates = st.floats(0.0, 0.3)


@st.composite
def some_videos(draw: st.DrawFn) -> Videos:
    size = draw(st.integers(0, 6))

    def array(values: st.SearchStrategy[float]) -> np.ndarray:
        return np.array(draw(st.lists(values, min_size=size, max_size=size)), dtype=np.float64)

    posted = array(instants)
    curves = {
        "posted_ts": posted,
        "tracked_ts": posted + array(st.floats(0.0, 50 * DAY)),
        "final_views": array(st.floats(0.0, 5e7)),
        "tau_days": array(st.floats(0.1, 20.0)),
        "shape": array(st.floats(0.3, 1.5)),
        **{rate: array(rates) for rate in RATES.values()},
        "late_share": array(st.floats(0.0, 1.0)),
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
def test_a_gain_is_never_negative_and_never_before_tracking(
    videos: Videos, edges: np.ndarray, metric: str
) -> None:
    gains = gained(videos, edges, metric)
    assert (gains >= 0).all()
    untracked = edges[None, 1:] <= videos.tracked_ts[:, None]
    assert (gains[untracked] == 0).all()


@settings(max_examples=60, deadline=None)
@given(some_videos(), cuts, metrics)
def test_together_is_the_sum_of_each(videos: Videos, edges: np.ndarray, metric: str) -> None:
    assert (gained_in_all(videos, edges, metric) == gained(videos, edges, metric).sum(axis=0)).all()
