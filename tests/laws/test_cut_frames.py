"""A frame of other rows than were loaded says so wherever completeness is said."""

from __future__ import annotations

import warnings
from functools import cache

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.heavy import every
from trackagoat_pandas.errors import IncompleteFrameWarning
from trackagoat_pandas.helpers.cuts import rows_said

ROWS = 60
NAMES = ["title", "view_count"]


@cache
def loaded():
    posted = pd.date_range("2026-05-01", periods=ROWS, freq="h", tz="UTC").as_unit("us")
    videos = pd.DataFrame(
        {
            "title": ["post", None, "hit"] * (ROWS // 3),
            "view_count": pd.array(range(ROWS), "Int64"),
            **dict.fromkeys(["like_count", "comment_count", "share_count", "save_count"], 1),
            "tracking_status": "included",
            "is_tracking_disabled": False,
            "posted_at": posted,
            "creator_id": ["a", "b"] * (ROWS // 2),
            "id": [f"v{number:02}" for number in range(ROWS)],
        }
    )
    facts = {"path": "/videos", "params": {}, "rows": ROWS, "complete": True, "timezone": "UTC"}
    videos.attrs["trackagoat"] = {**facts, "fetched_at": "2026-06-15T12:00:00+00:00"}
    return videos


CUT = {
    "filter": lambda videos: videos[videos["view_count"] > 50],
    "mask": lambda videos: videos[(videos["view_count"] > 50).to_numpy(bool)],
    "query": lambda videos: videos.query("view_count > 50"),
    "isin": lambda videos: videos[videos["creator_id"].isin(["a"])],
    "between": lambda videos: videos[videos["view_count"].between(3, 5)],
    "loc": lambda videos: videos.loc[videos["creator_id"] == "a"],
    "loc columns": lambda videos: videos.loc[videos["view_count"] > 50, NAMES],
    "iloc": lambda videos: videos.iloc[5:9],
    "take": lambda videos: videos.take([1, 2]),
    "head": lambda videos: videos.head(3),
    "tail": lambda videos: videos.tail(3),
    "sample": lambda videos: videos.sample(9, random_state=1),
    "nlargest": lambda videos: videos.nlargest(9, "view_count"),
    "nsmallest": lambda videos: videos.nsmallest(9, "view_count"),
    "drop": lambda videos: videos.drop(index=[0, 1]),
    "dropna": lambda videos: videos.dropna(),
    "drop_duplicates": lambda videos: videos.drop_duplicates("creator_id"),
    "truncate": lambda videos: videos.truncate(before=50),
    "reindex": lambda videos: videos.reindex(range(ROWS + 5)),
    "filter items": lambda videos: videos.filter(items=[1, 2], axis=0),
    "where, dropna": lambda videos: videos.where(videos["view_count"] < 5).dropna(how="all"),
    "set_index, loc": lambda videos: videos.set_index("id").loc[["v01"]],
    "xs": lambda videos: videos.set_index(["creator_id", "id"]).xs("a"),
    "sort, iloc": lambda videos: videos.sort_values("view_count").iloc[:9],
    "reset_index": lambda videos: videos[videos["view_count"] > 50].reset_index(drop=True),
    "assign, filter": lambda videos: videos.assign(more=1)[lambda rows: rows["view_count"] > 50],
    "copy": lambda videos: videos.head(9).copy(),
    "pipe": lambda videos: videos.pipe(lambda rows: rows.head(9)),
    "groupby head": lambda videos: videos.groupby("creator_id").head(1),
    "get_group": lambda videos: videos.groupby("creator_id").get_group("a"),
    "concat parts": lambda videos: pd.concat([videos.head(3), videos.tail(4)]),
    "concat itself": lambda videos: pd.concat([videos, videos]),
    "repeat": lambda videos: videos.loc[videos.index.repeat(2)],
    "explode": lambda videos: videos.assign(tag=[["x", "y"]] * ROWS).explode("tag"),
    "melt": lambda videos: videos.melt(id_vars="id", value_vars=["view_count", "like_count"]),
    "merge": lambda videos: videos.merge(pd.DataFrame({"creator_id": ["a"], "team": ["x"]})),
}
"""What cuts rows out of a frame or adds some, by pandas' name for it."""
OPERATIONS = list(CUT)[:: every(5)]
WHOLE = {
    "sort_values": lambda videos: videos.sort_values("view_count", ascending=False),
    "assign": lambda videos: videos.assign(more=1),
    "rename": lambda videos: videos.rename(columns={"title": "caption"}),
    "sample all": lambda videos: videos.sample(frac=1, random_state=1),
    "columns": lambda videos: videos[NAMES],
}


def said_of(frame, folder):
    """What is said of a frame's completeness, in each place that says it."""
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        file = tgp.to_excel({"Videos": frame}, folder / "videos.xlsx")
        tgp.to_csv({"Videos": frame}, folder)
    about = pd.read_excel(file, sheet_name="About").iloc[0]
    return {
        "provenance": repr(frame.goat.provenance),
        "html": frame.goat.provenance._repr_html_(),
        "repr": repr(frame.goat),
        "show": frame.goat.show(n=2).text,
        "about": f"{about['Complete']} {about['Notes']}",
        **{str(each.message).partition(":")[0]: str(each.message) for each in warned},
    }


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_cut_frame_says_how_many_of_its_rows_it_has(name, tmp_path):
    frame = CUT[name](loaded())
    assert len(frame) != ROWS
    said = rows_said(frame)
    # A merge may drop all that was known of a frame; what it keeps, it must not keep as complete.
    assert f"{ROWS:,}" in said if frame.attrs else said == ""
    found = said_of(frame, tmp_path)
    assert {"to_excel", "to_csv"}.isdisjoint(found)  # filtering a frame is normal
    for place, text in found.items():
        assert said in text, place
        assert "complete     yes" not in text
        assert ", complete" not in text
        assert not text.startswith("yes")


@pytest.mark.parametrize("name", WHOLE)
def test_a_frame_of_all_rows_stays_complete(name, tmp_path):
    said = said_of(WHOLE[name](loaded()), tmp_path)
    assert {"to_excel", "to_csv"}.isdisjoint(said)
    assert "complete     yes" in said["provenance"]
    assert ", complete" in said["repr"]
    assert said["about"].startswith("yes")
    assert "60 videos" not in "".join(said.values())


def test_groups_are_not_said_to_be_rows_that_were_loaded(tmp_path):
    tgp.to_csv(loaded().groupby("creator_id")[["view_count"]].sum(), tmp_path / "groups.csv")
    groups = loaded().groupby("creator_id")[["view_count"]].sum()
    assert rows_said(groups) == "2 rows made from 60 videos"
    assert rows_said(loaded()[NAMES].describe()) == "8 rows made from 60 videos"


@pytest.mark.parametrize("name", [name for name in OPERATIONS if name not in ("melt", "merge")])
def test_result_of_a_filtered_frame_says_so_without_a_warning(name):
    frame = CUT[name](loaded()).reset_index()
    if not {"creator_id", "tracking_status"} <= {*frame.columns}:
        return
    said = rows_said(frame)
    creators = pd.DataFrame({"id": ["a", "b"], "tiktok_handle": ["ann", "bob"]})
    goals = pd.DataFrame({"creator_id": ["a"], "status": ["on_track"]})
    with warnings.catch_warnings():
        # Rows that an operation makes up have no status.
        warnings.filterwarnings("ignore", ".*it isn't known whether they count")
        found = tgp.summarize_creators(creators, frame, goals)
    assert f"Made from {said}." in found.goat.show().text
    assert ", complete" not in repr(found.goat)
    board = tgp.leaderboard(frame, n=2)
    assert f"{len(board)} of 60 videos" in repr(board.goat)
    with_rate = tgp.engagement(frame)
    assert said in repr(with_rate.goat.provenance)


def test_what_a_helper_computed_from_all_rows_is_complete_until_it_is_cut():
    none = loaded().head(0)
    creators, goals = (frame(none) for frame in (creators_of, goals_of))
    found = tgp.summarize_creators(creators, loaded(), goals)
    assert found.goat.provenance["complete"] is True
    assert found.goat.provenance["rows"] == 2
    assert "1 of 2 computed rows" in repr(found.head(1).goat)


def test_absence_counted_as_silence_warns_at_the_calling_line():
    creators = creators_of(loaded())
    with pytest.warns(IncompleteFrameWarning, match="`videos` has 3 of 60 videos") as warned:
        loaded().head(3).pipe(tgp.posting_consistency, creators=creators)
    assert [each.filename for each in warned] == [__file__]


def test_campaign_videos_do_not_count_the_rows_of_others():
    items = '[{"item_type": "creator", "item_id": "a"}]'
    campaigns = pd.DataFrame({"id": ["c"], "name": ["Unboxed"], "items": [items]})
    spring = tgp.campaign_videos(campaigns, loaded(), ["c"])
    assert len(spring) == ROWS // 2
    shown = spring.goat.show()
    assert "in Unboxed" in shown.text
    assert str(ROWS) not in shown.text.replace("1,0", "")
    assert "computed" not in repr(spring.goat.provenance)
    assert rows_said(spring.head(3)) == "3 of 30 videos"
    with pytest.warns(IncompleteFrameWarning, match="`videos` has videos in Unboxed"):
        tgp.posting_consistency(spring, creators=creators_of(loaded()))


def creators_of(like):
    creators = pd.DataFrame({"id": ["a", "b"], "tiktok_handle": ["ann", "bob"]})
    facts = {"path": "/creators", "rows": 2}
    creators.attrs["trackagoat"] = {**like.attrs["trackagoat"], **facts}
    return creators


def goals_of(like):
    goals = pd.DataFrame({"creator_id": ["a"], "status": ["on_track"]})
    goals.attrs["trackagoat"] = {**like.attrs["trackagoat"], "path": "/goals", "rows": 1}
    return goals


def test_names_and_groups_of_a_part_are_no_part(client):
    creators = tgp.load_creators("Summer Launch", client=client)
    views = tgp.load_analytics("creator", creators, "views", dates="2026-05", client=client)
    videos = tgp.load_videos("Summer Launch", client=client)
    weeks = tgp.resample(views, "week")
    named = tgp.with_names(videos, creators=creators.head(1))
    for frame in (weeks, named, tgp.combine_loads(views, views), tgp.to_wide(views)):
        assert frame.goat.provenance["complete"] is True
        assert rows_said(frame) == ""
    part = tgp.resample(views[views["entity_id"] == creators["id"].iloc[0]], "week")
    assert "made from `analytics`: 31 of" in repr(part.goat).lower()
    joined = tgp.combine_loads(views.head(9), views.tail(9))
    assert "complete" not in joined.goat.provenance
    assert "made from `frames`: 18 of" in repr(joined.goat).lower()
