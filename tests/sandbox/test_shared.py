"""Accounts that are tracked in several projects: more creators, with the same posts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import timedelta

import pytest

from trackagoat_pandas.sandbox import Sandbox

ACCOUNTS = 6


@pytest.fixture(scope="module")
def shared() -> Iterator[Sandbox]:
    with Sandbox(shared_accounts=ACCOUNTS) as box:
        yield box


def test_accounts_are_in_two_to_four_projects(shared: Sandbox) -> None:
    rows = shared.database.rows("SELECT id, project_id, tiktok_handle FROM creators")
    by_id = {row["id"]: row for row in rows}
    accounts = shared.truth.shared_accounts
    assert Counter(map(len, accounts)) == {2: 2, 3: 2, 4: 2}
    for ids in accounts:
        assert len({by_id[one]["project_id"] for one in ids}) == len(ids)
        assert len({by_id[one]["tiktok_handle"].lower() for one in ids}) == 1
    handles = Counter(row["tiktok_handle"].lower() for row in rows)
    assert sum(number > 1 for number in handles.values()) == ACCOUNTS
    assert any(len({by_id[one]["tiktok_handle"] for one in ids}) > 1 for ids in accounts)


def test_posts_of_an_account_are_shared(shared: Sandbox) -> None:
    rows = shared.database.rows("SELECT * FROM videos")
    assert len({row["id"] for row in rows}) == len(rows)
    posts = defaultdict(set)
    for row in rows:
        posts[row["creator_id"]].add(row["tiktok_video_id"])
    for first, *others in shared.truth.shared_accounts:
        for creator_id in others:
            assert posts[creator_id]
            assert posts[creator_id] <= posts[first]
    by_url = [row for row in rows if row["creator_id"] is None]
    owned = set().union(*(ids for owner, ids in posts.items() if owner is not None))
    assert 0 < sum(row["tiktok_video_id"] in owned for row in by_url) <= ACCOUNTS


def test_other_creators_and_posts_stay_as_they_are(shared: Sandbox) -> None:
    with Sandbox() as plain:
        for table in ("creators", "videos", "campaigns", "campaign_items", "comments"):
            sql = f"SELECT * FROM {table}"
            there = {tuple(row) for row in shared.database.rows(sql)}
            assert {tuple(row) for row in plain.database.rows(sql)} <= there


def test_later_posts_are_shared() -> None:
    with Sandbox(shared_accounts=ACCOUNTS) as box:
        before = {row["id"] for row in box.database.rows("SELECT id FROM videos")}
        box.advance(timedelta(days=10))
        rows = box.database.rows("SELECT * FROM videos")
        active = {row["id"] for row in box.database.rows("SELECT id FROM creators WHERE is_active")}
        accounts = [active.intersection(ids) for ids in box.truth.shared_accounts]
    posts = defaultdict(set)
    for row in rows:
        if row["id"] not in before:
            posts[row["creator_id"]].add(row["tiktok_video_id"])
    shared = [[posts[creator_id] for creator_id in ids] for ids in accounts]
    assert any(filter(None, (one for ids in shared for one in ids)))
    assert all(one == ids[0] for ids in shared for one in ids)


def test_negative_numbers_are_refused() -> None:
    with pytest.raises(ValueError, match="shared_accounts >= 0"):
        Sandbox(shared_accounts=-1)
