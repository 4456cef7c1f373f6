"""A store gives what was loaded at any moment, and what the next day costs, in many worlds."""

from __future__ import annotations

import datetime as dt
import random

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.heavy import part

pytestmark = [pytest.mark.crash, pytest.mark.filterwarnings("ignore:.*reaches beyond the data")]

PROJECT = "Q1 Brand Program"
DAYS = "last 20 days"
METRICS = ["views", "likes"]
LOOKBACK_DAYS = 4
SEEDS = range(part(20, 8, 1))


def connected(box, **options):
    return tgp.connect(
        box.key,
        base_url=box.base_url,
        transport=box.app,
        rate_limit=None,
        progress=False,
        **options,
    )


def notebook(client, dates=DAYS):
    """What somebody looks at every morning."""
    creators = tgp.load_creators(PROJECT, client=client)
    return {
        "creators": creators,
        "videos": tgp.load_videos(PROJECT, client=client),
        "goal_compliance": tgp.load_goal_compliance(PROJECT, client=client),
        "analytics": tgp.load_analytics("creator", creators, METRICS, dates=dates, client=client),
    }


@pytest.mark.parametrize("seed", SEEDS)
def test_the_list_of_any_moment_is_the_one_that_was_loaded_last(seed, tmp_path):
    dice, seen = random.Random(seed), []
    with tgp.sandbox(seed=seed, days=40, creators=6, videos=80, rate_limit=None) as box:
        for _ in range(5):
            with connected(box, store=tmp_path) as client:
                frames = notebook(client)
            at = pd.Timestamp(frames["videos"].attrs["trackagoat"]["server_time"])
            seen.append((at.to_pydatetime(), frames))
            box.advance(dt.timedelta(hours=dice.randint(3, 40), minutes=dice.randint(1, 59)))
    ends = [at for at, _ in seen[1:]] + [seen[-1][0] + dt.timedelta(days=2)]
    with tgp.open_store(tmp_path) as store:
        for is_compact in (False, True):
            if is_compact:
                store.compact()
            for (at, frames), end in zip(seen, ends, strict=True):
                later = at + dice.random() * (end - at - dt.timedelta(seconds=1))
                for moment in (at, later):
                    for table in ("creators", "videos", "goal_compliance"):
                        then = store.load(table, PROJECT, as_of=moment)
                        pd.testing.assert_frame_equal(then, frames[table])
                    points = frames["analytics"]
                    days = points["date"].min().date(), points["date"].max().date()
                    then = store.load(
                        "analytics", as_of=moment, names_at=moment, dates=days, entity="creator"
                    )
                    order = ["entity_id", "metric", "date"]
                    then, points = (
                        frame[frame["entity_id"].isin(points["entity_id"])]
                        .sort_values(order)
                        .reset_index(drop=True)
                        for frame in (then, points)
                    )
                    pd.testing.assert_frame_equal(then, points)
        assert store.verify().empty
    changed = [frames["videos"]["view_count"].sum() for _, frames in seen]
    assert len(set(changed)) == len(seen)


def test_the_same_notebook_on_the_next_day_asks_for_what_a_day_costs(tmp_path):
    with tgp.sandbox(days=300, creators=24, rate_limit=None) as box:
        options = {"base_url": box.base_url, "rate_limit": None, "progress": False}
        with tgp.connect(box.key, transport=box.app, store=tmp_path, **options) as client:
            notebook(client, "last 180 days")
        box.advance(dt.timedelta(days=1))
        with tgp.connect(box.key, transport=box.app, store=tmp_path, **options) as client:
            stored = notebook(client, "last 180 days")
            requests = client.requests_sent
        with connected(box) as client:
            plain = notebook(client, "last 180 days")
        with connected(box) as client:
            notebook(client, f"last {LOOKBACK_DAYS + 2} days")
            of_days = client.requests_sent
    for name, frame in plain.items():
        pd.testing.assert_frame_equal(stored[name], frame)
    assert requests <= of_days
