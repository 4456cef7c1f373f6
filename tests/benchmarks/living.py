"""The sandbox lives on: how long a large program takes to build, and to live through a day.

300 creators and 150,000 videos. The days are those until the second pay day, over the ends of two
months; the limit is for the slowest of them. Seconds are those of the processor: both are done by
one thread in memory, which waits for nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

from tests.benchmarks.boards import CREATORS, VIDEOS
from tests.benchmarks.result import Result
from trackagoat_pandas.sandbox.agenda import lived_to
from trackagoat_pandas.sandbox.database import Database
from trackagoat_pandas.sandbox.life import live_to
from trackagoat_pandas.sandbox.world import build_world

BUILDS_S, DAY_S = 60.0, 2.0
DAYS = 48
DAY = timedelta(days=1)


def measure() -> list[Result]:
    with Database() as database:
        builds_s = cpu_seconds_of(lambda: build_world(database, creators=CREATORS, videos=VIDEOS))
        begin = lived_to(database)
        assert begin is not None
        days = {
            number: cpu_seconds_of(lambda number=number: live_to(database, begin + number * DAY))
            for number in range(1, DAYS + 1)
        }
        [[posts]] = database.rows("SELECT count(*) FROM videos WHERE posted_ts > ?",
                                  (begin.timestamp(),))  # fmt: skip
        [[accruals]] = database.rows("SELECT count(*) FROM payout_accruals")
    slowest = max(days, key=days.__getitem__)
    detail = (
        f"{CREATORS} creators, {VIDEOS:,} videos: builds in {builds_s:,.1f} s; {DAYS} days bring "
        f"{posts:,} videos, in {sum(days.values()) / DAYS:.2f} s each, the slowest "
        f"({(begin + slowest * DAY).date()}) {days[slowest]:.2f} s; {accruals:,} accruals"
    )
    ratio = min(BUILDS_S / builds_s, DAY_S / days[slowest])
    return [
        Result(
            "The sandbox lives on", f"{BUILDS_S:g} s to build, {DAY_S:g} s a day", ratio, 1.0,
            detail,
        )
    ]  # fmt: skip


def cpu_seconds_of(run: Callable[[], object]) -> float:
    """Time one run by the processor's clock."""
    began = time.process_time()
    run()
    return time.process_time() - began
