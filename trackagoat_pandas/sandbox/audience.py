"""Time as an audience lives it: slow in the morning, fast in the evening, and never even.

A curve of views says how many come at an age. Here age is measured in days of the audience: an hour
of the evening is longer than one of the morning, by the video's ``rhythm``, and each hour has a
length of its own, by its ``noise``. So gains vary, counts never fall, and the total stays that of
the curve.

The lengths of hours are on one tape for all worlds, on which each video begins at a place of its
own. It is drawn once, from normal draws, which numpy keeps the same across versions.
"""

from __future__ import annotations

from functools import lru_cache
from math import pi
from typing import Final

import numpy as np
from numpy.typing import NDArray

from trackagoat_pandas.sandbox.clock import DAY_S

Floats = NDArray[np.float64]

TAPE_DAYS: Final = 8_192
_HOURS_A_DAY = 24
_BUSIEST_UTC = 1.0 / 24  # of a day: 20:00 in New York's winter
_MOOD = 1.0  # spread of the logarithm of an hour's length
_MOOD_LASTS = (0.5, 0.3, 0.2)  # weights of this hour and those before it
_SEED = 20260618


def lived_days(
    since_s: Floats, until_s: Floats, rhythm: Floats, noise: Floats, tape: Floats
) -> Floats:
    """Count the days that audiences live between two instants.

    Parameters
    ----------
    since_s, until_s
        Seconds since 1970: a column of one row a video, and an array of shape (videos, instants),
        or one row for all videos, none of it earlier.
    rhythm, noise, tape
        Columns of one row a video: the strength of both, from 0 to 1, and where on the tape the
        video begins, in days.
    """
    first, last = (_of_day(instant / DAY_S, rhythm) for instant in (since_s, until_s))
    read = _read(last + tape) - _read(first + tape)
    lived: Floats = (1.0 - noise) * (last - first) + noise * read
    # Of two instants next to each other, rounding may turn the order around.
    return np.maximum(lived, 0.0)


def _of_day(days: Floats, rhythm: Floats) -> Floats:
    """Stretch the busy part of each day, and shrink the quiet one."""
    turned: Floats = days + rhythm * np.sin(2.0 * pi * (days - _BUSIEST_UTC)) / (2.0 * pi)
    return turned


def _read(days: Floats) -> Floats:
    """Return how long the tape is up to some places, in days; after its end it starts over."""
    lengths, ends = _tape()
    hours = days * _HOURS_A_DAY
    whole = np.floor(hours)
    place = whole.astype(np.int64)
    on_tape = place % len(lengths)
    before = (place - on_tape) + ends[on_tape]
    read: Floats = (before + (hours - whole) * lengths[on_tape]) / _HOURS_A_DAY
    return read


@lru_cache(maxsize=1)
def _tape() -> tuple[Floats, Floats]:
    """Draw the lengths of the tape's hours, and add them up to the beginning of each."""
    size = TAPE_DAYS * _HOURS_A_DAY
    weights = np.array(_MOOD_LASTS)
    drawn = np.random.Generator(np.random.PCG64(_SEED)).standard_normal(size + len(weights) - 1)
    mood = np.convolve(drawn, weights, "valid") / np.sqrt((weights**2).sum())
    lengths = np.exp(_MOOD * mood)
    lengths *= size / lengths.sum()
    return lengths, np.concatenate([[0.0], np.cumsum(lengths)[:-1]])
