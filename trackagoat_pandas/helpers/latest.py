"""Which of several rows about the same thing counts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from trackagoat_pandas.checks import holding, require_columns
from trackagoat_pandas.helpers.series import IDENTITY, days_of, instants_of, numbered

_NEVER = np.iinfo(np.int64).min


def latest_rows(frame: pd.DataFrame, key: Sequence[str]) -> NDArray[np.bool_]:
    """Choose the row that counts for each key, as a mask over the rows.

    Joined loads hold a video or a day twice, and a moving list repeats a row. Every helper reads
    such a frame by this one rule: a complete row (`is_partial` False) counts before an unknown one,
    and that before a partial one; then the one with the latest `fetched_at`, then the latest
    `updated_at`, where the frame has such a column; then the last row. Rows whose key is null
    throughout are all kept.
    """
    require_columns(frame, [])
    names = [name for name in key if name in frame.columns]
    require_columns(frame, names)
    numbers = numbered(frame, names)
    if not names or numbers.max(initial=-1) + 1 == len(frame):
        return np.ones(len(frame), np.bool_)
    ranks = (_instants(frame, "updated_at"), _instants(frame, "fetched_at"), _complete(frame))
    order = np.lexsort((*ranks, numbers))  # stable: of equal ranks the last row stays last
    is_last = np.append(numbers[order][1:] != numbers[order][:-1], True)
    kept = np.zeros(len(frame), np.bool_)
    kept[order[is_last]] = True
    nameless: NDArray[np.bool_] = frame[names].isna().all(axis=1).to_numpy(np.bool_)
    return kept | nameless


def latest_of(frame: pd.DataFrame, key: Sequence[str]) -> pd.DataFrame:
    """Take the rows that count by :func:`latest_rows`; the frame itself where all do."""
    kept = latest_rows(frame, key)
    return frame if kept.all() else frame[kept]


def latest_days(analytics: pd.DataFrame) -> pd.DataFrame:
    """Take the row that counts for each series and date of analytics; rows without a date stay."""
    days = pd.Series(days_of(analytics["date"]).astype("datetime64[us]"), analytics.index)
    kept = latest_rows(analytics.assign(date=days), [*IDENTITY, "date"]) | days.isna().to_numpy()
    return analytics if kept.all() else analytics[kept]


def _complete(frame: pd.DataFrame) -> NDArray[np.int8]:
    """Rank completeness: 2 for a complete row, 1 for an unknown one, 0 for a partial one."""
    if "is_partial" not in frame.columns:
        return np.zeros(len(frame), np.int8)
    with holding(frame["is_partial"], "True and False"):
        partial = frame["is_partial"].astype("boolean").astype("Int8")
    return (2 - 2 * partial).to_numpy(np.int8, na_value=1).astype(np.int8)


def _instants(frame: pd.DataFrame, name: str) -> NDArray[np.int64]:
    """Read a column of instants as microseconds; what is missing came before everything."""
    if name not in frame.columns:
        return np.zeros(len(frame), np.int64)
    instants = instants_of(frame[name])
    return np.where(np.isnat(instants), _NEVER, instants.astype(np.int64))
