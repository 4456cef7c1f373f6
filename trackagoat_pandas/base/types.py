"""Type aliases used throughout the package."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

Json: TypeAlias = Any
"""Any value that JSON can hold."""

Params: TypeAlias = Mapping[str, str | int | float | bool | None]
"""Query parameters; a None is left out of the request."""

DateLike: TypeAlias = "str | dt.date | dt.datetime | pd.Timestamp | pd.Period"
"""One day."""

DatesLike: TypeAlias = "DateLike | Sequence[DateLike] | Any"
"""A range of days in any form that DateRange.parse reads."""

DtypeBackend: TypeAlias = Literal["numpy_nullable", "pyarrow"]

Report: TypeAlias = Callable[[str, int, int | None], None]
"""Called with the name of what is loaded, the number of requests done, and the total or None."""

Creators: TypeAlias = "str | Sequence[str] | pd.Series | pd.Index | pd.DataFrame"
"""Creators by id, handle or address of their profile: one, several, or a frame of them."""

Entity: TypeAlias = Literal["creator", "campaign", "video", "project"]
Metric: TypeAlias = Literal[
    "views", "likes", "comments", "shares", "saves", "followers", "posts",
    "engagement_rate_by_views", "engagement_rate_by_followers", "posts_per_week",
    "avg_views_per_post", "growth_rate_pop",
]  # fmt: skip
Metrics: TypeAlias = Metric | Sequence[Metric] | list[str]
"""One metric or several; type checkers take the words of a list in a variable for any text."""
Mode: TypeAlias = Literal["new", "cumulative"]
Granularity: TypeAlias = Literal["day", "week", "month"]
GoalPeriod: TypeAlias = Literal["daily", "weekly", "monthly", "all"]

Ints: TypeAlias = "NDArray[np.int64]"
"""Whole numbers: counts, cents, positions of rows, or days since 1970."""
Floats: TypeAlias = "NDArray[np.float64]"
"""Numbers; NaN where one is missing."""
Bools: TypeAlias = "NDArray[np.bool_]"
Words: TypeAlias = "NDArray[np.object_]"
"""Words; None where one is missing."""
Days: TypeAlias = "NDArray[np.datetime64]"
"""Calendar days: datetime64[D]."""
Instants: TypeAlias = "NDArray[np.datetime64]"
"""Instants in UTC: datetime64[us]."""
