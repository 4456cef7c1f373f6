"""Seeded random draws: one independent stream for each name.

Only uniform and normal draws are used, which numpy keeps the same across versions.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from trackagoat_pandas.sandbox.database import Database

T = TypeVar("T")

_MOST_OFTEN = 1_000  # a bound for draws so close to 1 that no sum of terms reaches them

# The bits of RFC 9562 that mark a random uuid.
_VERSION_4 = np.uint64(0x4000)
_VARIANT = np.uint64(0x8000_0000_0000_0000)


class Dice:
    """Random draws that depend only on a seed and a name, not on other streams.

    Parameters
    ----------
    seed
        The world's seed, 0 or more.
    name
        What is drawn, such as ``"comments"``.
    """

    def __init__(self, seed: int, name: str) -> None:
        self._generator = np.random.Generator(np.random.PCG64([seed, *name.encode()]))

    def uniform(self, low: float, high: float, size: int) -> NDArray[np.float64]:
        """Draw numbers evenly from [low, high)."""
        return low + (high - low) * self._generator.random(size)

    def normal(self, centre: float, spread: float, size: int) -> NDArray[np.float64]:
        """Draw numbers around a centre."""
        return centre + spread * self._generator.standard_normal(size)

    def integers(self, low: int, high: int, size: int) -> NDArray[np.int64]:
        """Draw integers from [low, high)."""
        return self._generator.integers(low, high, size)

    def whole(self, low: int, high: int) -> int:
        """Draw one integer from [low, high)."""
        return int(self._generator.integers(low, high))

    def chance(self, probability: float, size: int) -> NDArray[np.bool_]:
        """Draw booleans that are true with a probability."""
        return self._generator.random(size) < probability

    def numbers(self, means: NDArray[np.float64]) -> NDArray[np.int64]:
        """Draw how often things happen that are expected so often: Poisson's distribution."""
        drawn = self._generator.random(len(means))
        numbers = np.zeros(len(means), np.int64)
        term = np.exp(-means)
        reached = term.copy()
        for number in range(1, _MOST_OFTEN):
            more = drawn >= reached
            if not more.any():
                break
            numbers[more] = number
            term *= means / number
            reached += term
        return numbers

    def pick(self, options: Sequence[T]) -> T:
        """Draw one option."""
        return options[self.whole(0, len(options))]

    def picks(self, options: Sequence[T], size: int) -> list[T]:
        """Draw options with replacement."""
        return [options[place] for place in self.integers(0, len(options), size).tolist()]

    def weighted(self, weights: NDArray[np.float64], size: int) -> NDArray[np.int64]:
        """Draw positions in proportion to weights that are not all 0."""
        steps = np.cumsum(weights)
        drawn = np.searchsorted(steps, self.uniform(0.0, float(steps[-1]), size), side="right")
        # A draw that rounds up to the sum must not fall on a trailing weight of 0.
        places: NDArray[np.int64] = np.minimum(drawn, np.flatnonzero(weights)[-1])
        return places

    def shuffled(self, options: Sequence[T]) -> list[T]:
        """Return all options in a drawn order."""
        order = np.argsort(self._generator.random(len(options)), kind="stable")
        return [options[place] for place in order.tolist()]

    def uuids(self, size: int) -> list[str]:
        """Draw ids in the shape of random (version 4) UUIDs."""
        drawn = self._generator.integers(0, 2**64, (size, 2), dtype=np.uint64)
        high = (drawn[:, 0] & ~np.uint64(0xF000)) | _VERSION_4
        low = (drawn[:, 1] >> np.uint64(2)) | _VARIANT
        digits = (f"{a:016x}{b:016x}" for a, b in zip(high.tolist(), low.tolist(), strict=True))
        return [f"{d[:8]}-{d[8:12]}-{d[12:16]}-{d[16:20]}-{d[20:]}" for d in digits]

    def uuid(self) -> str:
        """Draw one id."""
        return self.uuids(1)[0]

    def tiktok_ids(self, instants: NDArray[np.float64]) -> list[str]:
        """Draw ids as TikTok makes them, with the second of creation in the upper 32 bits.

        They have 19 digits, so a float can't hold them.
        """
        births = np.floor(instants).astype(np.int64).tolist()
        low = self._generator.integers(0, 2**32, len(births)).tolist()
        return [str(birth << 32 | rest) for birth, rest in zip(births, low, strict=True)]


def next_dice(database: Database) -> Dice:
    """Return the dice of the next draw."""
    [row] = database.write("UPDATE chance SET drawn = drawn + 1 RETURNING seed, drawn")
    return Dice(row["seed"], f"write {row['drawn']}")


def new_id(database: Database) -> str:
    """Draw an id."""
    return next_dice(database).uuid()


def new_secret(database: Database) -> str:
    """Draw 64 hexadecimal digits."""
    return "".join(next_dice(database).uuids(2)).replace("-", "")
