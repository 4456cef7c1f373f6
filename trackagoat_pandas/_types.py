"""Type aliases shared by every floor."""

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
"""A range of days: anything that DateRange.parse understands."""

DtypeBackend: TypeAlias = Literal["numpy_nullable", "pyarrow"]

Report: TypeAlias = Callable[[str, int, int | None], None]
"""Called with what is loaded, the requests done, and of how many, where that is known."""

Entity: TypeAlias = Literal["creator", "campaign", "video", "project"]
Metric: TypeAlias = Literal[
    "views", "likes", "comments", "shares", "saves", "followers", "posts",
    "engagement_rate_by_views", "engagement_rate_by_followers", "posts_per_week",
    "avg_views_per_post", "growth_rate_pop",
]  # fmt: skip
Mode: TypeAlias = Literal["new", "cumulative"]
Granularity: TypeAlias = Literal["day", "week", "month"]
GoalPeriod: TypeAlias = Literal["daily", "weekly", "monthly", "all"]

Ints: TypeAlias = "NDArray[np.int64]"
"""Whole numbers: counts, cents, places of rows, or days since 1970."""
Floats: TypeAlias = "NDArray[np.float64]"
"""Numbers; NaN where there is none."""
Bools: TypeAlias = "NDArray[np.bool_]"
Words: TypeAlias = "NDArray[np.object_]"
"""Words; None where there is none."""
Days: TypeAlias = "NDArray[np.datetime64]"
"""Days of a calendar: datetime64[D]."""
Instants: TypeAlias = "NDArray[np.datetime64]"
"""Instants in UTC: datetime64[us]."""
