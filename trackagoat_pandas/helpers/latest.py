"""Which of several rows about the same thing counts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from trackagoat_pandas.checks import holding
from trackagoat_pandas.helpers.series import numbered

_NEVER = np.iinfo(np.int64).min


def latest_rows(frame: pd.DataFrame, key: Sequence[str]) -> NDArray[np.bool_]:
    """Choose the row that counts for each key, as a mask over the rows.

    Joined loads hold a video or a day twice, and a moving list repeats a row. Every helper reads
    such a frame by this one rule: a complete row (`is_partial` False) counts before an unknown one,
    and that before a partial one; then the one with the latest `fetched_at`, then the latest
    `updated_at`, where the frame has such a column; then the last row. Rows whose key is null
    throughout are all kept.
    """
    names = [name for name in key if name in frame.columns]
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
    with holding(frame[name], "instants"):
        read = pd.to_datetime(frame[name].astype("object"), utc=True)
    micros = read.dt.tz_localize(None).astype("datetime64[us]").astype("int64").to_numpy()
    return np.where(read.isna().to_numpy(), _NEVER, micros)
