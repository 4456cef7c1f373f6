"""The boards: how long each takes to open, and to answer the slowest of its clicks.

A sandbox of 300 creators and 150,000 videos, of which a home shows those of the largest project;
150,000 comments on as many, and 15,600 accruals of a year; the daily views of the latest 5,000
videos. A time is the median of several; the ratio is the limit by the time, of what is nearest to
it.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd

import trackagoat_pandas as tgp
from tests.benchmarks.result import Result, seconds_of
from tests.benchmarks.sentiment import TEXT
from tests.benchmarks.sentiment import comments as texts
from trackagoat_pandas.inputs.dates import DateRange
from trackagoat_pandas.widgets.campaign_board import PAGES as CAMPAIGN_PAGES
from trackagoat_pandas.widgets.campaign_board import CampaignBoard
from trackagoat_pandas.widgets.explorer import Explorer
from trackagoat_pandas.widgets.explorer_views import PAGES as EXPLORER_PAGES
from trackagoat_pandas.widgets.goal_board import PAGES as GOAL_PAGES
from trackagoat_pandas.widgets.goal_board import GoalBoard
from trackagoat_pandas.widgets.health_board import HealthBoard
from trackagoat_pandas.widgets.home import Home
from trackagoat_pandas.widgets.payout_board import PAGES as PAYOUT_PAGES
from trackagoat_pandas.widgets.payout_board import PayoutBoard
from trackagoat_pandas.widgets.posting_board import PAGES as POSTING_PAGES
from trackagoat_pandas.widgets.posting_board import PostingBoard
from trackagoat_pandas.widgets.sentiment_radar import PAGES as RADAR_PAGES
from trackagoat_pandas.widgets.sentiment_radar import SentimentRadar
from trackagoat_pandas.widgets.video_board import PAGES as VIDEO_PAGES
from trackagoat_pandas.widgets.video_board import VideoBoard

CREATORS, VIDEOS, ENTRIES, FOLLOWED = 300, 150_000, 15_600, 5_000
OPENS_S, CLICK_S = 1.0, 0.3
OPENINGS, TURNS = 5, 10
PROJECT, ZONE = "Q1 Brand Program", "America/New_York"
METRICS = ("views", "likes")
COUNTS = ("views", "posts", "likes", "comments", "shares", "saves")
MONTHS = pd.date_range("2025-06-01", periods=12, freq="MS")
Click = Callable[[int], object]


class Board(NamedTuple):
    """A board over many rows: what it is called, what makes it, and its clicks."""

    name: str
    make: Callable[[], Any]
    clicks: Callable[[Any], dict[str, Click]]


class Frames(NamedTuple):
    """The frames of a sandbox, and those of its largest program."""

    creators: pd.DataFrame
    videos: pd.DataFrame
    goals: pd.DataFrame
    analytics: pd.DataFrame
    followed: pd.DataFrame
    campaigns: pd.DataFrame
    program: dict[str, pd.DataFrame]


def measure() -> list[Result]:
    return [_measured(board) for board in boards()]


def boards() -> list[Board]:
    """Make the frames of every board, and say how each is made."""
    frames = _load()
    return [declare(frames) for declare in BOARDS]


def _load() -> Frames:
    with tgp.sandbox(creators=CREATORS, videos=VIDEOS, rate_limit=None) as box:
        client = tgp.connect(
            box.key,
            base_url="http://127.0.0.1/api/v1",
            transport=box.app,
            rate_limit=None,
            progress=False,
        )
        with client:
            creators, videos = tgp.load_creators(client=client), tgp.load_videos(client=client)
            goals = tgp.load_goal_compliance(PROJECT, client=client)
            analytics = tgp.load_analytics(
                "creator", creators, METRICS, dates="2026-05", compare="prior_period", client=client
            )
            followed = tgp.load_analytics(
                "video", videos.nlargest(FOLLOWED, "posted_at"), "views",
                dates="last 60 days", clip=True, client=client,
            )  # fmt: skip
            campaigns = tgp.load_campaigns(client=client)
            return Frames(creators, videos, goals, analytics, followed, campaigns, _program(client))


def _program(client: tgp.Client) -> dict[str, pd.DataFrame]:
    """Load what a home of the largest program shows."""
    options: dict[str, Any] = {"dates": "last 181 days", "clip": True, "client": client}
    creators = tgp.load_creators(PROJECT, client=client)
    structures = tgp.load_payout_structures(PROJECT, client=client)
    return {
        "analytics": tgp.combine_loads(
            tgp.load_analytics("project", PROJECT, COUNTS, **options),
            tgp.load_analytics("creator", creators, COUNTS, **options),
        ),
        "creators": creators,
        "videos": tgp.load_videos(PROJECT, client=client),
        "goals": tgp.load_goal_compliance(PROJECT, client=client),
        "accruals": tgp.load_payout_accruals(PROJECT, client=client),
        "payments": tgp.load_payout_payments(PROJECT, client=client),
        "structures": structures,
        "assignments": tgp.load_payout_assignments(structures, client=client),
    }


def _home(frames: Frames) -> Board:
    program = frames.program
    what = f"Home, {len(program['creators'])} creators, {len(program['videos']):,} videos"
    return Board(
        what, lambda: Home(**program), lambda home: {"days": turner(home.days, [90, 7, 28])}
    )


def _goals(frames: Frames) -> Board:
    goals, videos = frames.goals, frames.videos

    def clicks(board: GoalBoard) -> dict[str, Click]:
        return {
            "a page": turner(board.page, list(GOAL_PAGES)),
            "a status": lambda at: set_to(board.status, ["at_risk", ""][at % 2]),
            "a period": lambda at: set_to(board.period, ["weekly", ""][at % 2]),
        }

    what = f"GoalBoard, {CREATORS} creators, {len(videos):,} videos"
    return Board(what, lambda: GoalBoard(goals, videos=videos), clicks)


def _explorer(frames: Frames) -> Board:
    analytics = frames.analytics
    some = tuple(analytics["entity_id"].unique()[:20])

    def clicks(explorer: Explorer) -> dict[str, Click]:
        return {
            "a page": turner(explorer.page, list(EXPLORER_PAGES)),
            "the biggest": lambda at: set_to(explorer.drawn, ["biggest", "sum"][at % 2]),
            "a metric": turner(explorer.metric, list(METRICS)),
            "weeks": lambda at: set_to(explorer.granularity, ["week", "day"][at % 2]),
            "creators": lambda at: set_to(explorer.creators, [some, ()][at % 2]),
            "days": lambda at: set_to(explorer.dates, ["last 7 days", "all time"][at % 2]),
        }

    what = f"Explorer, {analytics['entity_id'].nunique()} creators, {len(analytics):,} rows"
    return Board(what, lambda: Explorer(analytics), clicks)


def _payouts(_: Frames) -> Board:
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

    half = DateRange("2025-08-01", "2026-01-31")

    def clicks(board: PayoutBoard) -> dict[str, Click]:
        return {
            "a page": turner(board.page, list(PAYOUT_PAGES)),
            "a status": lambda at: set_to(board.status, ["pending", ""][at % 2]),
            "a structure": lambda at: set_to(board.structure, ["s3", ""][at % 2]),
            "a creator": lambda at: set_to(board.creator, [names[7], ""][at % 2]),
            "days": lambda at: set_to(
                board.filters.dates, [half, DateRange("2025-06-01", "2026-05-31")][at % 2]
            ),
        }

    return Board(f"PayoutBoard, {CREATORS} creators", opened, clicks)


def _sentiment(_: Frames) -> Board:
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

    spring, name = DateRange("2026-02-01", "2026-05-31"), _ids(CREATORS, 3)[7]

    def clicks(radar: SentimentRadar) -> dict[str, Click]:
        return {
            "a page": turner(radar.page, list(RADAR_PAGES)),
            "a creator": lambda at: set_to(radar.creator, [name, ""][at % 2]),
            "days": lambda at: set_to(
                radar.filters.dates, spring if at % 2 else DateRange("2026-03-01", "2026-06-30")
            ),
            "the comments": lambda _: set_to(radar.page, "Comments"),
            "a label": lambda at: set_to(radar.label, ["negative", ""][at % 2]),
            "a search": lambda at: set_to(radar.search, ["refund", "love"][at % 2]),
        }

    return Board(f"SentimentRadar, {VIDEOS:,} comments", opened, clicks)


def _health(frames: Frames) -> Board:
    names = ("videos", "creators", "analytics", "goals", "accruals", "payments")
    given = {name: frames.program[name] for name in names}

    def clicks(board: HealthBoard) -> dict[str, Click]:
        return {"a page": turner(board.page, [*board.page.options])}

    what = f"HealthBoard, {len(given['creators'])} creators, {len(given['videos']):,} videos"
    return Board(what, lambda: HealthBoard(**given, timezone=ZONE), clicks)


def _posting(frames: Frames) -> Board:
    creators, videos = frames.creators, frames.videos
    owners, spring = creators["id"], DateRange("2026-03-01", "2026-04-30")

    def clicks(board: PostingBoard) -> dict[str, Click]:
        return {
            "a page": turner(board.page, [page for page in POSTING_PAGES if page != "Times"]),
            "a creator": lambda at: set_to(board.creator, [owners.iloc[7], ""][at % 2]),
            "days": lambda at: set_to(
                board.dates, spring if at % 2 else DateRange("2026-05-01", "2026-05-31")
            ),
        }

    what = f"PostingBoard, {len(creators)} creators, {len(videos):,} videos"
    return Board(what, lambda: PostingBoard(videos, creators=creators, timezone=ZONE), clicks)


def _videos(frames: Frames) -> Board:
    creators, videos = frames.creators, frames.videos
    owner = creators["id"].iloc[7]
    april, may = DateRange("2026-04-01", "2026-04-30"), DateRange("2026-05-01", "2026-05-31")

    def opened() -> VideoBoard:
        return VideoBoard(videos, analytics=frames.followed, creators=creators, timezone=ZONE)

    def clicks(board: VideoBoard) -> dict[str, Click]:
        return {
            "a page": turner(board.page, list(VIDEO_PAGES)),
            "a creator": lambda at: set_to(board.creator, [owner, ""][at % 2]),
            "days": lambda at: set_to(board.dates, april if at % 2 else may),
        }

    return Board(f"VideoBoard, {len(creators)} creators, {len(videos):,} videos", opened, clicks)


def _campaigns(frames: Frames) -> Board:
    campaigns, creators, videos = frames.campaigns, frames.creators, frames.videos
    spring = campaigns.loc[campaigns["name"] == "Spring Drop", "id"].iloc[0]

    def opened() -> CampaignBoard:
        return CampaignBoard(campaigns, videos, creators=creators, timezone=ZONE)

    def clicks(board: CampaignBoard) -> dict[str, Click]:
        return {
            "a page": turner(board.page, list(CAMPAIGN_PAGES)),
            "a campaign": lambda at: set_to(board.campaign, [spring, ""][at % 2]),
        }

    what = f"CampaignBoard, {len(campaigns)} campaigns, {len(videos):,} videos"
    return Board(what, opened, clicks)


BOARDS: Final[tuple[Callable[[Frames], Board], ...]] = (
    _home, _health, _goals, _explorer, _payouts, _posting, _videos, _campaigns, _sentiment
)  # fmt: skip


def turner(pages: Any, names: list[Any]) -> Click:
    return lambda at: set_to(pages, names[(at + 1) % len(names)])


def set_to(control: Any, value: object) -> None:
    control.value = value


def _measured(board: Board) -> Result:
    """Time how a board opens, and each click on one that is open already."""
    opens_s = statistics.median([_opening_s(board) for _ in range(OPENINGS + 1)][1:])
    opened = board.make().wait()
    taken, first = {}, opened.page.value
    for done, click in board.clicks(opened).items():
        click(0)
        runs = [seconds_of(lambda at=at, click=click: click(at)) for at in range(1, TURNS + 1)]
        taken[done] = statistics.median(runs)
        if done == "a page":
            opened.page.value = first
    opened.close()
    return result(board.name, opens_s, taken)


def _opening_s(board: Board) -> float:
    """Time one opening; what it begins in the background is done before the next one begins."""
    began = time.perf_counter()
    opened = board.make()
    took_s = time.perf_counter() - began
    opened.wait().close()
    return took_s


def result(name: str, opens_s: float, taken_s: dict[str, float]) -> Result:
    """Compare how long a board took with its limits."""
    slowest = max(taken_s, key=taken_s.__getitem__)
    ratio = min(OPENS_S / opens_s, CLICK_S / taken_s[slowest])
    detail = f"opens in {opens_s * 1e3:,.0f} ms; the slowest click, {slowest}, "
    detail += f"{taken_s[slowest] * 1e3:,.0f} ms"
    return Result(name, f"{OPENS_S:g} s to open, {CLICK_S:g} s a click", ratio, 1.0, detail)


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


def ledger(rows: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Accruals of 12 months, and a payment for every four but the last ones of a year."""
    dice = np.random.default_rng(7)
    place = np.arange(rows)
    month = MONTHS[place % 12]
    ids = list(_ids(rows, 1))
    cents = dice.integers(100, 100_000, rows)
    status = np.where(place % 12 < 8, "paid", "pending")
    status[dice.random(rows) < 0.03] = "voided"
    accruals = pd.DataFrame(
        {
            "id": ids,
            "project_id": "p",
            "structure_id": np.array([f"s{number}" for number in range(20)])[place // 12 % 20],
            "period_start": month,
            "period_end": month + pd.offsets.MonthEnd(),
            "amount_cents": pd.array(cents, "Int64"),
            "status": status,
            "kind": "accrual",
            "basis": "{}",
            # When the month was over everywhere.
            "created_at": (month + pd.offsets.MonthEnd() + pd.Timedelta(days=2)).tz_localize("UTC"),
        }
    )
    batches = np.array([start for start in range(0, rows - 3, 4) if start % 12 < 8])
    paid = np.where(status == "voided", 0, cents)
    payments = pd.DataFrame(
        {
            "id": _ids(len(batches), 7),
            "accrual_ids": [json.dumps(ids[start : start + 4]) for start in batches],
            "amount_cents": pd.array([int(paid[start : start + 4].sum()) for start in batches]),
            "method_id": "m",
            "method_name": "PayPal",
            "status": np.where(dice.random(len(batches)) < 0.02, "voided", "recorded"),
            "paid_at": (month[batches] + pd.Timedelta(days=160)).tz_localize("UTC"),
        }
    )
    return accruals, payments
