"""How long to wait before a repetition: what the server asks for, or ever longer."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from trackagoat_pandas.http.clock import read_http_date

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

_FIRST_BACKOFF_S: Final = 0.5
_LONGEST_BACKOFF_S: Final = 30.0
_MOST_DOUBLINGS: Final = 16  # beyond the longest backoff, and far from an overflow
_A_YEAR_S: Final = 366 * 86_400.0


def backoff_s(times: int, chance: Callable[[], float]) -> float:
    """Give the seconds before another attempt after so many: exponential, with full jitter."""
    longest = min(_LONGEST_BACKOFF_S, _FIRST_BACKOFF_S * 2.0 ** min(times - 1, _MOST_DOUBLINGS))
    return chance() * longest


def header_seconds(retry_after: str | None, now: dt.datetime) -> float | None:
    """Read a Retry-After header in either form, seconds or an HTTP date; None if there is none."""
    seconds = seconds_in(retry_after)
    if seconds is not None or retry_after is None:
        return seconds
    moment = read_http_date(retry_after)
    if moment is None:
        return None
    return min(max(0.0, (moment - now).total_seconds()), _A_YEAR_S)


def seconds_in(given: object) -> float | None:
    """Read a number of seconds, or None if it is none; a year stands for all that is longer."""
    if isinstance(given, bool) or not isinstance(given, int | float | str):
        return None
    try:
        seconds = float(given)
    except (ValueError, OverflowError):
        return None
    return min(seconds, _A_YEAR_S) if math.isfinite(seconds) and seconds >= 0 else None
