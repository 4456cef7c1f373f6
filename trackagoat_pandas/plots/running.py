"""Which days, weeks and months weren't over when the frames of a plot were loaded."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from trackagoat_pandas._types import Bools, Granularity
from trackagoat_pandas.checks import fact_instant
from trackagoat_pandas.helpers.series import next_bucket


def were_over(
    dates: pd.Series, granularity: Granularity, frames: Sequence[pd.DataFrame], timezone: str
) -> Bools:
    """Say of each bucket, given its first day, whether it had ended by the earliest load.

    Where no frame says when it was loaded, buckets that haven't ended by today aren't over.
    """
    said = (
        fact_instant(each, "server_time") or fact_instant(each, "fetched_at") for each in frames
    )
    loaded = min(filter(None, said), default=pd.Timestamp.now("UTC"))
    day = np.datetime64(loaded.tz_convert(timezone).date(), "D")
    over: Bools = next_bucket(dates.to_numpy("datetime64[D]"), granularity) <= day
    return over
