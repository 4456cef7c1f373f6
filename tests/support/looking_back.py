"""A program that is changed day by day, and what loads with a store and without one give of it."""

from __future__ import annotations

import datetime as dt
import random
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

import trackagoat_pandas as tgp
from trackagoat_pandas import actions
from trackagoat_pandas.http.session import session_of

PROJECT = "Q1 Brand Program"
KEY = ["entity_id", "metric", "date"]
SPRING = "2026-03-01..2026-05-31"


def connected(box: Any, store: Any = None) -> tgp.Client:
    return tgp.connect(
        box.key, base_url=box.base_url, transport=box.app, rate_limit=None, progress=False,
        store=store,
    )  # fmt: skip


@dataclass
class Tally:
    """What was compared over some days, and what the loads with a store cost."""

    points: int = 0
    restated: int = 0
    silent: list[str] = field(default_factory=list)
    events: Counter[str] = field(default_factory=Counter)
    requests: int = 0


class Program:
    """A sandbox whose videos, creators and campaigns somebody else changes, drawn by a seed."""

    def __init__(self, box: Any, seed: int) -> None:
        self.box, self.dice = box, random.Random(seed)
        self.client = connected(box)
        self.added = 0

    def change(self) -> Iterator[str]:
        """Do what happens on one day, and yield what it was."""
        happenings: dict[Callable[[], None], float] = {
            self.delete: 0.25, self.switch: 0.25, self.add: 0.2, self.rename: 0.1,
            self.restate: 0.15, self.regroup: 0.1,
        }  # fmt: skip
        for happen, chance in happenings.items():
            if self.dice.random() < chance:
                happen()
                yield happen.__name__

    def videos(self) -> pd.DataFrame:
        videos = tgp.load_videos(PROJECT, client=self.client)
        return videos[videos["tracking_status"] != "pending_review"]

    def old_video(self) -> str:
        videos = self.videos()
        old = videos[videos["posted_at"] < pd.Timestamp(self.box.now) - pd.Timedelta(days=20)]
        return self.dice.choice(sorted(old["id"]))

    def delete(self) -> None:
        actions.remove_videos([self.old_video()], confirm=True, client=self.client)

    def switch(self) -> None:
        videos, id_ = self.videos().set_index("id"), self.old_video()
        is_off = bool(videos.loc[id_, "is_tracking_disabled"])
        actions.set_tracking([id_], enabled=is_off, client=self.client)

    def add(self) -> None:
        """Add an old post by its address; every other one comes with its history."""
        self.added += 1
        posted = int(self.box.now.timestamp()) - self.dice.randrange(20, 90) * 86_400
        url = f"https://www.tiktok.com/@guest/video/{(posted << 32) + self.added}"
        [id_] = actions.add_videos(PROJECT, [url], client=self.client)["id"]
        if self.added % 2:
            self.box.database.write(
                "UPDATE videos SET tracked_ts = posted_ts, final_views = 50000 WHERE id = ?", (id_,)
            )

    def rename(self) -> None:
        creators = tgp.load_creators(PROJECT, client=self.client)
        id_ = self.dice.choice(sorted(creators["id"]))
        handle = f"renamed_{self.box.now:%m%d}_{self.dice.randrange(10**6)}"
        actions.update_creator(id_, tiktok_handle=handle, client=self.client)

    def restate(self) -> None:
        """Count a video's views otherwise on all of its days; no list says so."""
        change = self.dice.choice(["0.5", "1.7"])
        query = f"UPDATE videos SET final_views = round(final_views * {change}) WHERE id = ?"
        self.box.database.write(query, (self.old_video(),))

    def regroup(self) -> None:
        campaigns = tgp.load_campaigns(PROJECT, client=self.client)
        id_ = self.dice.choice(sorted(campaigns["id"]))
        creators = tgp.load_creators(PROJECT, client=self.client)
        member = self.dice.choice(sorted(creators["id"]))
        done = actions.add_campaign_items(id_, creators=[member], client=self.client)
        if done["status"].tolist() != ["created"]:
            actions.remove_campaign_items(id_, creators=[member], client=self.client)


def live(seed: int, lived: int, folder: Path, **box_settings: Any) -> Tally:
    """Live through some days with a nightly job and reports, and compare them with no store."""
    tally = Tally()
    with tgp.sandbox(seed=seed, rate_limit=None, **box_settings) as box:
        program = Program(box, seed)
        for day in range(lived):
            box.advance(dt.timedelta(days=1))
            tally.events.update(program.change())
            session_of(program.client).drop("organization")  # by which it knows what day it is
            with connected(box, folder) as client:
                lists = load_lists(client)
                for asked in questions(day, lists):
                    compare(tally, day, asked, client, program.client)
                tally.requests += client.requests_sent
        program.client.close()
    return tally


def load_lists(client: tgp.Client) -> dict[str, pd.DataFrame]:
    return {
        "project": tgp.load_projects(client=client).query("name == @PROJECT"),
        "creator": tgp.load_creators(PROJECT, client=client),
        "video": tgp.load_videos(PROJECT, client=client),
        "campaign": tgp.load_campaigns(PROJECT, client=client),
    }


def questions(day: int, lists: dict[str, pd.DataFrame]) -> Iterator[tuple[str, Any, Any, str]]:
    """Yield what is loaded on a day: entity, ids, metrics and dates."""
    yield "creator", lists["creator"], ["views", "likes"], "last 30 days"
    yield "project", lists["project"], ["views", "posts"], "last 90 days"
    yield "campaign", lists["campaign"], "views", SPRING
    if day % 3 == 0:
        yield "creator", lists["creator"], ["views", "likes"], SPRING
    if day % 5 == 0:
        yield "video", lists["video"].sort_values("posted_at").head(15), "views", SPRING


def compare(tally: Tally, day: int, asked: tuple[Any, ...], *clients: tgp.Client) -> None:
    entity, ids, metrics, dates = asked
    frames, said = [], []
    for client in clients:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            frames.append(
                tgp.load_analytics(entity, ids, metrics, dates=dates, client=client).astype(
                    {"metric": str}
                )
            )
        said.append([one for one in caught if "RestatedWarning" in one.category.__name__])
    stored, plain = frames
    tally.points += len(plain)
    tally.restated += stored.attrs["trackagoat"]["store"].get("restated", 0)
    both = plain.merge(stored, "outer", KEY, suffixes=("", "_stored"), indicator=True)
    is_same = (both["value"] == both["value_stored"]) | (
        both["value"].isna() & both["value_stored"].isna()
    )
    is_same &= (both["label"] == both["label_stored"]) & (both["_merge"] == "both")
    if not is_same.all() and stored.attrs["trackagoat"]["complete"]:
        named = f"day {day}: {(~is_same).sum()} of {entity} {metrics} {dates}"
        tally.silent.append(named)
