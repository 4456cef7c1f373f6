"""What a benchmark measured, and what it must reach.

Knows no benchmark. The runner prints the results and fails on one below its floor.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Result:
    """One comparison: ``ratio`` times better than ``against``; at least ``floor`` is demanded."""

    name: str
    against: str
    ratio: float
    floor: float
    detail: str

    @property
    def passed(self) -> bool:
        """Whether the ratio reaches the floor."""
        return self.ratio >= self.floor
