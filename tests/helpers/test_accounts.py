"""TikTok accounts: which creators of several projects are one account, and by what evidence."""

from __future__ import annotations

import json

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from trackagoat_pandas.errors import MissingColumnError


def creators(*rows):
    """Make a frame of creators from (id, project, handle)."""
    frame = pd.DataFrame(rows, columns=["id", "project_id", "tiktok_handle"])
    return frame.astype("str").where(frame.notna())


def videos(*rows):
    """Make a frame of videos from (creator, TikTok's id, day)."""
    return pd.DataFrame(
        {
            "id": [f"v{place}" for place in range(len(rows))],
            "project_id": "p",
            "creator_id": pd.Series([row[0] for row in rows], dtype=object),
            "tiktok_video_id": pd.Series([row[1] for row in rows], dtype=object),
            "posted_at": pd.to_datetime([row[2] for row in rows], utc=True),
        }
    )


def rows_of(found):
    """Return evidence and reason of each account, by its creators."""
    return {
        tuple(json.loads(row["creator_ids"])): (
            None if pd.isna(row["linked_by"]) else row["linked_by"],
            None if pd.isna(row["reason"]) else row["reason"],
        )
        for row in found.to_dict("records")
    }


PAIR = creators(("a", "p", "Mia.Goat"), ("b", "q", "mia.goat"), ("c", "p", "bo"))


def test_equal_handles_are_one_account_whatever_their_case():
    found = tgp.accounts(PAIR)
    assert rows_of(found) == {("a", "b"): ("handle", None), ("c",): (None, None)}
    assert found["projects"].tolist() == [2, 1]
    assert found["shared_posts"].isna().all()
    assert json.loads(found["project_ids"][0]) == ["p", "q"]
    assert found["other_handles"].isna().all()


def test_shared_posts_add_to_the_evidence_of_handles():
    posts = videos(("a", "1", "2026-05-01"), ("a", "2", "2026-05-02"), ("b", "2", "2026-05-02"))
    found = tgp.accounts(PAIR, posts)
    assert rows_of(found)["a", "b"] == ("handle and posts", None)
    assert found["shared_posts"].tolist() == [1, 0]


def test_posts_of_the_same_time_that_nobody_shares_contradict_a_handle():
    posts = videos(
        ("a", "1", "2026-05-01"), ("a", "2", "2026-05-20"), ("b", "3", "2026-05-10"),
        ("b", "4", "2026-06-10"),
    )  # fmt: skip
    found = tgp.accounts(PAIR, posts)
    rows = rows_of(found)
    assert [*rows] == [("c",), ("a",), ("b",)]
    assert "share no post" in rows["a",][1]
    assert "share no post" in rows["b",][1]
    assert rows["c",] == (None, None)
    assert found["possible_ids"].tolist()[1:] == ['["b"]', '["a"]']


def test_posts_of_different_times_leave_equal_handles_one_account():
    posts = videos(("a", "1", "2026-05-01"), ("b", "3", "2026-05-10"))
    assert rows_of(tgp.accounts(PAIR, posts))["a", "b"] == ("handle", None)


def test_shared_posts_link_creators_with_different_handles():
    renamed = creators(("a", "p", "mia"), ("b", "q", "mia.new")).assign(
        updated_at=pd.to_datetime(["2026-05-02", "2026-05-01"], utc=True)
    )
    posts = videos(("a", "1", "2026-05-01"), ("b", "1", "2026-05-01"))
    found = tgp.accounts(renamed, posts)
    assert rows_of(found) == {("a", "b"): ("posts", None)}
    assert found["tiktok_handle"].tolist() == ["mia"]
    assert found["other_handles"].tolist() == ['["mia.new"]']


def test_a_handle_of_a_renamed_account_links_nobody_else():
    people = creators(("a", "p", "mia"), ("b", "q", "mia.new"), ("c", "r", "mia"))
    posts = videos(("a", "1", "2026-05-01"), ("b", "1", "2026-05-01"))
    rows = rows_of(tgp.accounts(people, posts))
    assert rows["a", "b"][0] == "posts"
    assert "new owner" in rows["a", "b"][1]
    assert "new owner" in rows["c",][1]


def test_one_contradiction_keeps_all_with_a_handle_apart():
    people = creators(("a", "p", "mia"), ("b", "q", "mia"), ("c", "r", "mia"))
    posts = videos(
        ("a", "1", "2026-05-01"), ("a", "2", "2026-05-20"), ("b", "3", "2026-05-10"),
    )  # fmt: skip
    found = tgp.accounts(people, posts)
    assert len(found) == 3
    assert found["reason"].notna().all()
    assert found.set_index("creator_id").loc["c", "possible_ids"] == '["a", "b"]'


def test_a_missing_handle_is_known_by_shared_posts_only():
    people = creators(("a", "p", None), ("b", "q", "mia"), ("c", "r", None))
    posts = videos(("a", "1", "2026-05-01"), ("b", "1", "2026-05-01"), ("c", "2", "2026-05-01"))
    rows = rows_of(tgp.accounts(people, posts))
    assert rows["a", "b"] == ("posts", None)
    assert rows["c",] == (None, "It has no handle, and no post shows whose it is.")


def test_posts_of_nobody_link_nobody():
    posts = videos(("c", "1", "2026-05-01"), (None, "1", "2026-05-01"), ("a", None, "2026-05-01"))
    found = tgp.accounts(PAIR, posts)
    assert rows_of(found)["c",] == (None, None)
    assert found["shared_posts"].tolist() == [0, 0]


def test_videos_know_removed_creators():
    posts = videos(("z", "1", "2026-05-01"), ("c", "2", "2026-05-01")).assign(
        url=["https://www.tiktok.com/@BO/video/1", "https://www.tiktok.com/@bo/video/2"]
    )
    posts.loc[0, "posted_at"] = pd.Timestamp("2026-04-01", tz="UTC")
    assert rows_of(tgp.accounts(PAIR, posts))["c", "z"] == ("handle", None)


def test_empty_frames_return_declared_columns():
    full, empty = tgp.accounts(PAIR, videos()), tgp.accounts(PAIR.iloc[:0], videos())
    assert len(empty) == 0
    assert empty.dtypes.equals(full.dtypes)


def test_frames_without_handles_are_refused():
    with pytest.raises(MissingColumnError):
        tgp.accounts(PAIR.drop(columns="tiktok_handle"))


def test_planted_accounts_are_found():
    with tgp.sandbox(shared_accounts=6, creators=12, days=60) as box, tgp.connect(sandbox=box):
        people, posts = tgp.load_creators(), tgp.load_videos()
        planted = {tuple(sorted(ids)) for ids in box.truth.shared_accounts}
    for found in (tgp.accounts(people), tgp.accounts(people, posts)):
        lists = [tuple(json.loads(ids)) for ids in found["creator_ids"]]
        assert {ids for ids in lists if len(ids) > 1} == planted
        assert {one for ids in lists for one in ids} >= {*people["id"]}
