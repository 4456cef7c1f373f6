"""Which worlds a run tries, and in which dresses: `TRACKAGOAT_ORACLES=500` for all of them."""

from __future__ import annotations

import os

from tests.laws.oracles.dresses import DRESSES

WORLDS = int(os.environ.get("TRACKAGOAT_ORACLES", "0"))
SEEDS = range(WORLDS or 14)  # enough for every zone and dress; .ci/full tries all


def dresses_of(seed: int, step: int = 1) -> tuple[str, ...]:
    """All dresses in a long run, or for slow helpers every `step`th; else two, or for those one."""
    if WORLDS:
        return DRESSES[seed % step :: step]
    two = DRESSES[seed % 7], DRESSES[(seed + 1 + seed // 7 % 6) % 7]
    return two if step == 1 else two[:1]
