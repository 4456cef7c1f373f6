"""Spans of time in which posts were seen, and their gains in one or several days."""

from __future__ import annotations

import numpy as np
import pandas as pd

from trackagoat_pandas.base.types import Bools, Floats, Ints


def without_slips(seen: pd.DataFrame) -> pd.DataFrame:
    """Drop the moments at which a post had more views than just before and just after, or fewer.

    Views rise, and fall only when some are taken back. Of a single reading that is far too high or
    too low, views would seem to come without engagement, or to be lost.

    Parameters
    ----------
    seen
        The result of :func:`counts_by_age`.
    """
    post, views = seen["post"].to_numpy(), seen["view_count"].to_numpy()
    before, after = views[1:-1] - views[:-2], views[1:-1] - views[2:]
    is_slip: Bools = np.zeros(len(seen), np.bool_)
    is_slip[1:-1] = (before * after > 0) & (post[:-2] == post[1:-1]) & (post[1:-1] == post[2:])
    return seen[~is_slip].reset_index(drop=True)


def without_pauses(seen: pd.DataFrame) -> pd.DataFrame:
    """Drop the moments at which no count had changed, but keep each post's last one.

    A post that isn't read for some days seems to stand still, and then to gain all at once. Without
    the moments at which it stood still, that gain is spread over these days, as it came.

    Parameters
    ----------
    seen
        The result of :func:`counts_by_age`.
    """
    values = seen.drop(columns=["post", "age_h"]).to_numpy()
    post = seen["post"].to_numpy()
    same: Bools = np.zeros(len(seen), np.bool_)
    is_next = post[1:] == post[:-1]
    # What isn't known has not been seen to change.
    same[1:] = is_next & ((values[1:] == values[:-1]) | np.isnan(values[1:])).all(axis=1)
    same[:-1] &= is_next
    return seen[~same].reset_index(drop=True)


def window_starts(seen: pd.DataFrame, hours: float) -> Ints:
    """Return, for each moment, the place of the post's last one that is some hours earlier.

    Whole days are the windows to take: in a day the rhythm of the audience cancels out.

    Parameters
    ----------
    seen
        The result of :func:`counts_by_age`.
    hours
        How much earlier it is at least.

    Returns
    -------
    numpy.ndarray
        int64, shape (len(seen),); -1 where the post wasn't seen so early.
    """
    post, age = seen["post"].to_numpy(), seen["age_h"].to_numpy()
    # One number for post and age; a minute is left for syncs that don't start on the second.
    span = float(age.max(initial=0.0)) + hours + 1.0
    starts = np.searchsorted(post * span + age, post * span + age - hours + 1 / 60, "right") - 1
    is_there = (starts >= 0) & (age + 1 / 60 >= hours)
    is_there &= post[np.maximum(starts, 0)] == post if len(post) else is_there
    return np.where(is_there, starts, -1)


def times_as_fast(seen: pd.DataFrame, starts: Ints) -> Floats:
    """Return how many times as fast views came in each window as in the one before.

    Parameters
    ----------
    seen
        The result of :func:`counts_by_age`, without unknown views.
    starts
        The places of the windows' starts, as of :func:`window_starts`.

    Returns
    -------
    numpy.ndarray
        float64, shape (len(seen),); NaN where there is no window before, or nothing came in either,
        and infinite where nothing came before.
    """
    age, views = seen["age_h"].to_numpy(), seen["view_count"].to_numpy()
    times = np.full(len(seen), np.nan)
    rows = np.flatnonzero((starts >= 0) & (starts[starts] >= 0))
    first, before = starts[rows], starts[starts[rows]]
    # Windows are as long as wanted, or as long as it took until the next moment.
    pace = (views[rows] - views[first]) / (age[rows] - age[first])
    pace_before = (views[first] - views[before]) / (age[first] - age[before])
    with np.errstate(divide="ignore", invalid="ignore"):
        times[rows] = pace / np.maximum(pace_before, 0.0)
    return times
