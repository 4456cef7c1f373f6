"""The boards of payouts and sentiment: how long one takes to open, and to answer a click.

300 creators, 150,000 comments on as many videos, 15,600 accruals of a year. A time is
the median of several; the ratio is the limit by the time.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import numpy as np
import pandas as pd

from tests.benchmarks.payouts import ZONE, ledger
from tests.benchmarks.result import Result
from tests.benchmarks.sentiment import TEXT
from tests.benchmarks.sentiment import comments as texts
from trackagoat_pandas.dates import DateRange
from trackagoat_pandas.widgets.payout_board import PAGES as PAYOUT_PAGES
from trackagoat_pandas.widgets.payout_board import PayoutBoard
from trackagoat_pandas.widgets.sentiment_radar import PAGES as RADAR_PAGES
from trackagoat_pandas.widgets.sentiment_radar import SentimentRadar

CREATORS, VIDEOS, ENTRIES = 300, 150_000, 15_600
OPENS_S, CLICK_S = 1.0, 0.3
TURNS = 5
Click = Callable[[int], object]


def measure() -> list[Result]:
    return [*_payouts(), *_sentiment()]


def _payouts() -> list[Result]:
    names, handles = _ids(CREATORS, 3), _creators()
    accruals, payments = (
        frame.assign(creator_id=names.take(np.arange(len(frame)) % CREATORS))
        for frame in ledger(ENTRIES)
    )
    structures, assignments = _rules(names)

    def opened() -> PayoutBoard:
        return PayoutBoard(
            accruals,
            payments,
            creators=handles,
            structures=structures,
            assignments=assignments,
            timezone=ZONE,
        )

    board, what = opened(), f"PayoutBoard, {CREATORS} creators"
    turn = turner(board.page, list(PAYOUT_PAGES))
    half = DateRange("2025-08-01", "2026-01-31")
    clicks: dict[str, Click] = {
        "a page": turn,
        "a status": lambda at: set_to(board.status, ["pending", ""][at % 2]),
        "a structure": lambda at: set_to(board.structure, ["s3", ""][at % 2]),
        "a creator": lambda at: set_to(board.creator, [names[7], ""][at % 2]),
        "days": lambda at: set_to(
            board.filters.dates, [half, DateRange("2025-06-01", "2026-05-31")][at % 2]
        ),
    }
    results = [result(f"{what} opens", OPENS_S, lambda _: opened().close())]
    for name, click in clicks.items():
        board.page.value = "Owed"
        results.append(result(f"{what}: {name}", CLICK_S, click))
    board.close()
    return results


def _sentiment() -> list[Result]:
    dice = np.random.default_rng(7)
    videos = pd.DataFrame({"id": _ids(VIDEOS, 2), "title": _called("video", VIDEOS)})
    place = dice.integers(0, VIDEOS, VIDEOS)
    seconds = pd.to_timedelta(dice.integers(0, 180 * 86_400, VIDEOS), unit="s")
    comments = texts(VIDEOS).assign(
        video_id=videos["id"].array.take(place),
        creator_id=_ids(CREATORS, 3).take(place % CREATORS),
        posted_at=pd.Timestamp("2026-01-01", tz="UTC") + seconds,
    )

    def opened() -> SentimentRadar:
        return SentimentRadar(comments, creators=_creators(), videos=videos, timezone=ZONE)

    radar, what = opened(), f"SentimentRadar, {VIDEOS:,} comments"
    spring, name = DateRange("2026-02-01", "2026-05-31"), _ids(CREATORS, 3)[7]
    clicks: dict[str, tuple[str, Click]] = {
        "a page": ("Trend", turner(radar.page, list(RADAR_PAGES))),
        "a label": ("Comments", lambda at: set_to(radar.label, ["negative", ""][at % 2])),
        "a search": ("Comments", lambda at: set_to(radar.search, ["refund", "love"][at % 2])),
        "a creator": ("Trend", lambda at: set_to(radar.creator, [name, ""][at % 2])),
        "days": (
            "Trend",
            lambda at: set_to(
                radar.filters.dates, spring if at % 2 else DateRange("2026-03-01", "2026-06-30")
            ),
        ),
    }
    results = [result(f"{what}, opens", OPENS_S, lambda _: opened().close())]
    for done, (page, click) in clicks.items():
        radar.page.value = page
        results.append(result(f"{what}: {done}", CLICK_S, click))
    radar.close()
    return results


def turner(pages: object, names: list[str]) -> Click:
    return lambda at: set_to(pages, names[(at + 1) % len(names)])


def set_to(control: object, value: object) -> None:
    control.value = value


def result(name: str, limit_s: float, act: Click) -> Result:
    act(0)
    taken = [_seconds(lambda at=at: act(at)) for at in range(1, 2 * TURNS + 1)]
    median = statistics.median(taken)
    return Result(name, f"{limit_s:g} s", limit_s / median, 1.0, f"{median * 1e3:,.0f} ms")


def _seconds(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def _ids(count: int, kind: int) -> pd.api.extensions.ExtensionArray:
    ids = [f"{number:08x}-4a51-4f0e-9a53-0d6c1be0a7f{kind}" for number in range(count)]
    return pd.array(ids, TEXT)


def _called(what: str, count: int) -> pd.api.extensions.ExtensionArray:
    return pd.array([f"{what} {number}" for number in range(count)], TEXT)


def _creators() -> pd.DataFrame:
    return pd.DataFrame({"id": _ids(CREATORS, 3), "tiktok_handle": _called("creator", CREATORS)})


def _rules(names: pd.api.extensions.ExtensionArray) -> tuple[pd.DataFrame, pd.DataFrame]:
    structures = pd.DataFrame(
        [
            {
                "id": f"s{number}", "name": f"Rule {number}", "project_id": "p", "version": 1,
                "kind": "recurring", "period": "monthly", "amount_cents": 50_000,
                "cpm_cents": pd.NA, "threshold_views": pd.NA, "cap_cents": pd.NA,
                "goal_metric": None, "proration": "none",
            }
            for number in range(20)
        ]
    )  # fmt: skip
    assignments = pd.DataFrame(
        {
            "id": [f"a{number}" for number in range(len(names))],
            "structure_id": [f"s{number % 20}" for number in range(len(names))],
            "creator_id": names,
            "start_date": pd.Timestamp("2025-06-01"),
            "end_date": pd.NaT,
        }
    )
    return structures, assignments
