"""Pauses and windows of the moments at which posts were seen."""

from __future__ import annotations

import numpy as np
import pandas as pd

from trackagoat_pandas.helpers.videos.windows import (
    times_as_fast,
    window_starts,
    without_pauses,
    without_slips,
)


def seen(*rows: tuple[int, float, float | None]) -> pd.DataFrame:
    post, age, views = zip(*rows, strict=True)
    return pd.DataFrame({"post": post, "age_h": age, "view_count": [*views]}, dtype=float).astype(
        {"post": "int64"}
    )


def test_moments_at_which_nothing_changed_are_dropped_but_not_the_last_one() -> None:
    kept = without_pauses(seen((0, 1, 5), (0, 2, 5), (0, 3, 9), (0, 4, 9), (1, 1, 9), (1, 2, 8)))
    assert kept[["post", "age_h"]].to_numpy().tolist() == [[0, 1], [0, 3], [0, 4], [1, 1], [1, 2]]


def test_a_count_that_is_not_known_has_not_changed() -> None:
    kept = without_pauses(seen((0, 1, 5), (0, 2, None), (0, 3, 9)))
    assert kept["age_h"].tolist() == [1, 3]


def test_a_window_starts_at_the_last_moment_that_is_as_early_as_wanted() -> None:
    rows = seen((0, 1, 5), (0, 20, 6), (0, 25.5, 7), (0, 44, 8), (1, 30, 1), (1, 54, 2))
    assert window_starts(rows, 24.0).tolist() == [-1, -1, 0, 1, -1, 4]
    assert window_starts(rows.head(0), 24.0).dtype == np.int64


def test_a_single_reading_above_or_below_both_beside_it_is_dropped() -> None:
    rows = seen((0, 1, 5), (0, 2, 0), (0, 3, 7), (0, 4, 7), (0, 5, 900), (0, 6, 9), (1, 1, 1))
    assert without_slips(rows)["age_h"].tolist() == [1, 3, 4, 6, 1]
    fell = seen((0, 1, 5), (0, 2, 50), (0, 3, 50), (0, 4, 9), (0, 5, 9))
    unknown = seen((0, 1, 5), (0, 2, None), (0, 3, 2))
    for kept in (fell, unknown, rows.head(2), rows.head(0)):
        assert without_slips(kept).equals(kept)


def test_the_pace_of_a_window_is_compared_with_that_of_the_one_before() -> None:
    rows = seen((0, 10, 0), (0, 34, 240), (0, 58, 960), (0, 82, 960), (1, 10, 5), (1, 34, 5))
    rows = pd.concat([rows, seen((1, 58, 9), (2, 58, 9))], ignore_index=True)
    times = times_as_fast(rows, window_starts(rows, 24.0))
    assert times[2] == 3.0
    assert times[3] == 0.0
    assert np.isinf(times[6])
    assert np.isnan(times[[0, 1, 4, 5, 7]]).all()
