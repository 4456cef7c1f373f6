"""Helpers of campaigns against plain loops over the raw JSON of 20 programs, and the reports."""

from __future__ import annotations

import itertools
import json
import random
from functools import cache
from typing import Any

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.heavy import part
from tests.laws.oracles import campaigns as oracle
from tests.support.acting import client_of

# Two projects of a program have no posts.
pytestmark = [
    pytest.mark.oracle,
    pytest.mark.filterwarnings("ignore::trackagoat_pandas.errors.NoDataWarning"),
]

SEEDS = range(5_000, 5_000 + part(60, 20, 2))
every_seed = pytest.mark.parametrize("seed", SEEDS)


@cache
def program(seed: int) -> dict[str, Any]:
    """The raw JSON of a program's projects, and their two reports."""
    with tgp.sandbox(seed=seed, creators=14, days=120, rate_limit=None) as box, client_of(box) as c:
        return {
            "campaigns": list(c.records("/campaigns")),
            "videos": list(c.records("/videos")),
            "projects": [row["id"] for row in c.records("/projects")],
            "frames": (tgp.load_campaigns(), tgp.load_videos()),
            "reports": {
                name: pd.concat(
                    tgp.load_report(name, row["id"], **dates) for row in c.records("/projects")
                )
                for name, dates in (
                    ("member-overlap", {}), ("campaign-leaderboard", {"dates": "last 365 days"}),
                )
            },
        }  # fmt: skip


def tangled(seed: int) -> tuple[list[dict], list[dict], tuple[pd.DataFrame, pd.DataFrame]]:
    """A program whose campaigns hold further ones, each other, and members of other projects."""
    dice, world = random.Random(seed), program(seed)
    campaigns = [{**row, "items": list(row["items"])} for row in world["campaigns"]]
    videos = [dict(row) for row in world["videos"]]
    for row in dice.sample(videos, len(videos) // 10):
        row[dice.choice(oracle.COUNTS)] = None
    things = [("campaign", row["id"]) for row in campaigns] * 2
    things += [("creator", row["creator_id"]) for row in videos if row["creator_id"]][::9]
    things += [("video", row["id"]) for row in videos[::7]] + [("video", "not listed")]
    things += [("campaign", "not listed either")]
    for row in campaigns:
        for kind, id_ in dice.sample(things, dice.choice([0, 0, 1, 4])):
            row["items"].append({"item_type": kind, "item_id": id_})
        row["items"] = dice.choice([row["items"], row["items"] * 2])
    campaigns[0]["items"] = None
    dice.shuffle(campaigns)
    frames = pd.DataFrame(campaigns), pd.DataFrame(videos)
    frames[0]["items"] = [None if one is None else json.dumps(one) for one in frames[0]["items"]]
    for name in ("created_at", "target_at"):
        frames[0][name] = pd.to_datetime(frames[0][name], utc=True)
    frames[1]["posted_at"] = pd.to_datetime(frames[1]["posted_at"], utc=True)
    return campaigns, videos, frames


def both(seed: int):
    world = program(seed)
    yield world["campaigns"], world["videos"], world["frames"]
    yield tangled(seed)


def plain(value: Any) -> Any:
    return None if pd.isna(value) else value


@every_seed
def test_campaign_tree_has_the_places_that_loops_find(seed):
    for raw, _, (campaigns, _) in both(seed):
        expected = oracle.tree_of(raw)
        known = {row["id"] for row in raw}
        found = tgp.campaign_tree(campaigns)
        names = list(expected[0])
        for row in expected:
            if row["campaign_id"] not in known:
                row.update(dict.fromkeys(names[4:], None))
        got = [{name: plain(row[name]) for name in names} for row in found.to_dict("records")]
        assert got == expected


@every_seed
def test_campaign_videos_are_those_that_loops_find_each_once(seed):
    for raw, posts, (campaigns, videos) in both(seed):
        found = tgp.campaign_videos(campaigns, videos)
        assert not found.duplicated(["campaign_id", "id"]).any()
        got = found.groupby("campaign_id")["id"].agg(set).to_dict()
        expected = oracle.videos_of(raw, posts)
        assert got == {campaign: ids for campaign, ids in expected.items() if ids}
        [one] = random.Random(seed).sample([*expected], 1)
        assert set(tgp.campaign_videos(campaigns, videos, one)["id"]) == expected[one]


@every_seed
def test_member_overlap_is_that_of_loops_and_of_the_report(seed):
    columns = ["campaign_a", "campaign_b", "shared_creators", "shared_videos"]
    for raw, posts, (campaigns, videos) in both(seed):
        found = tgp.member_overlap(campaigns, videos)
        rows = set(found[columns].itertuples(index=False, name=None))
        assert len(rows) == len(found)
        assert rows == oracle.overlap_of(raw, posts)
    report = program(seed)["reports"]["member-overlap"]
    found = tgp.member_overlap(*program(seed)["frames"])
    assert set(report[columns].itertuples(index=False, name=None)) == set(
        found[columns].itertuples(index=False, name=None)
    )


@every_seed
def test_summaries_are_those_of_loops_and_of_the_report(seed):
    for raw, posts, (campaigns, videos) in both(seed):
        found = tgp.summarize_campaigns(campaigns, videos, now="2026-06-18T19:00Z")
        rows = found.set_index("campaign_id").to_dict("index")
        for campaign, expected in oracle.summary_of(raw, posts).items():
            got = {name: plain(rows[campaign][name]) for name in expected}
            assert got == pytest.approx(expected), campaign
    report = program(seed)["reports"]["campaign-leaderboard"].set_index("campaign_id")
    found = tgp.summarize_campaigns(*program(seed)["frames"]).set_index("campaign_id")
    found = found.loc[report.index]
    assert found["posts"].tolist() == report["video_count"].tolist()
    assert found["views"].tolist() == report["view_count"].tolist()


@every_seed
def test_comparisons_are_those_of_loops(seed):
    for raw, posts, (campaigns, videos) in both(seed):
        pairs = list(itertools.combinations([row["id"] for row in raw], 2))
        for a, b in random.Random(seed).sample(pairs, 5):
            found = tgp.compare_campaigns(
                campaigns, videos, a, b, age_days=1, now="2027-06-18T19:00Z"
            )
            expected = oracle.comparison_of(raw, posts, a, b)
            for name in ("creators", "posts"):
                assert found[name].tolist() == expected[name], (a, b)
            effect = plain(found["effect"].iloc[3])
            assert (effect is None) == (expected["effect"] is None), (a, b)
            assert effect is None or effect == pytest.approx(expected["effect"], rel=1e-6), (a, b)
