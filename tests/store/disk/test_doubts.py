"""Changes of lists and writes of one's own cast doubt on the stored days that they may change."""

from __future__ import annotations

import datetime as dt
import json

import pandas as pd
import pytest

from trackagoat_pandas.frames.build import ATTRIBUTE
from trackagoat_pandas.store.disk.doubts import ANY, EVER, Doubt, Doubted, add_doubts, read_doubts
from trackagoat_pandas.store.disk.folder import Archive
from trackagoat_pandas.store.disk.series import asked_days
from trackagoat_pandas.store.disk.versions import Asked
from trackagoat_pandas.tables import CAMPAIGNS, CREATORS, VIDEOS

MIA, LEO, POST, OLD, URL, TOP, SUB, HOME = (
    f"{digit * 8}-1111-4111-8111-{digit * 12}" for digit in "12345678"
)
NOON = dt.datetime(2026, 6, 15, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
MARCH_9 = dt.date(2026, 3, 9)
ITEMS = {
    TOP: [{"item_type": "campaign", "item_id": SUB}],
    SUB: [{"item_type": "creator", "item_id": MIA}],
}


def videos(**changes) -> pd.DataFrame:
    """A post of March, an old one of another creator, and one by its address."""
    rows = pd.DataFrame(
        {
            "id": [POST, OLD, URL],
            "creator_id": [MIA, LEO, None],
            "project_id": HOME,
            "tracking_status": ["auto_tracked", "pending_review", "direct_add"],
            "is_tracking_disabled": pd.array([False, None, False], "boolean"),
            "view_count": pd.array([500, 40, 7], "Int64"),
            "posted_at": pd.to_datetime(["2026-03-10T02:00Z", "2025-12-01T09:00Z", None]),
        }
    )
    for name, (id_, value) in changes.items():
        rows.loc[rows["id"] == id_, name] = value
    return rows


def creators(**changes) -> pd.DataFrame:
    rows = pd.DataFrame(
        {"id": [MIA, LEO], "project_id": HOME, "tiktok_handle": ["mia", "leo"], "is_active": True}
    )
    for name, (id_, value) in changes.items():
        rows.loc[rows["id"] == id_, name] = value
    return rows


def campaigns(items=ITEMS) -> pd.DataFrame:
    texts = [json.dumps(items[id_]) for id_ in (TOP, SUB)]
    return pd.DataFrame({"id": [TOP, SUB], "project_id": HOME, "name": ["a", "b"], "items": texts})


def kept(archive, table, rows, moment=NOON, **params):
    frame = rows.reset_index(drop=True)
    frame.attrs[ATTRIBUTE] = {"complete": True, "path": table.path, "params": params}
    archive.keep_list(table, table.path, params, frame, moment)


@pytest.fixture
def archive(tmp_path):
    """A store with lists, in which some analytics were asked for."""
    made = Archive(tmp_path / "program")
    with made.ledger.transaction() as connection:
        asked = ("creator", MIA, "views", "2026-01-01", "2026-06-01", "2026-06-15T12", None, 0)
        connection.execute("INSERT INTO coverage VALUES (?, ?, ?, ?, ?, ?, ?, ?)", asked)
    kept(made, CAMPAIGNS, campaigns())
    kept(made, CREATORS, creators())
    kept(made, VIDEOS, videos())
    assert noted(made) == set()
    return made


def noted(archive) -> set[tuple[str, str, dt.date]]:
    rows = archive.ledger.rows("SELECT entity, entity_id, first FROM doubts")
    return {(entity, id_, dt.date.fromisoformat(first)) for entity, id_, first in rows}


OF_POST = {
    ("video", POST, MARCH_9), ("creator", MIA, MARCH_9), ("project", HOME, MARCH_9),
    ("campaign", SUB, MARCH_9), ("campaign", TOP, MARCH_9),
}  # fmt: skip


@pytest.mark.parametrize(
    "now",
    [
        videos()[lambda rows: rows["id"] != POST],
        videos(is_tracking_disabled=(POST, True)),
        videos(tracking_status=(POST, "excluded")),
        videos(view_count=(POST, 499)),
    ],
    ids=["deleted", "switched off", "excluded", "fewer views"],
)
def test_a_video_that_no_longer_counts_casts_doubt_on_all_who_counted_it(archive, now):
    kept(archive, VIDEOS, now, NOON + HOUR)
    assert noted(archive) == OF_POST


@pytest.mark.parametrize(
    "now",
    [
        videos(),
        videos(view_count=(POST, 9_000)),
        videos(view_count=(OLD, 41)),
        videos()[lambda rows: rows["id"] != OLD],
        videos(tracking_status=(URL, "included")),
        videos().drop(columns="is_tracking_disabled"),
    ],
    ids=["none", "more views", "not counted", "gone uncounted", "counted anyway", "not sent"],
)
def test_what_changes_no_days_casts_no_doubt(archive, now):
    kept(archive, VIDEOS, now, NOON + HOUR)
    assert noted(archive) <= {("video", OLD, dt.date(2025, 11, 30))}


def test_a_video_that_moved_casts_doubt_on_both_creators(archive):
    kept(archive, VIDEOS, videos(creator_id=(POST, LEO)), NOON + HOUR)
    assert noted(archive) == OF_POST | {("creator", LEO, MARCH_9)}


def test_a_video_without_a_day_casts_doubt_on_all_days(archive):
    kept(archive, VIDEOS, videos()[lambda rows: rows["id"] != URL], NOON + HOUR)
    assert noted(archive) == {("video", URL, EVER), ("project", HOME, EVER)}


@pytest.mark.parametrize("backend", ["numpy_nullable", "pyarrow"])
def test_a_list_is_compared_with_that_of_all_projects_and_with_its_own_parts(archive, backend):
    now = videos()[lambda rows: rows["id"] != POST].convert_dtypes(dtype_backend=backend)
    kept(archive, VIDEOS, now, NOON + HOUR, project_id=HOME)
    assert noted(archive) == OF_POST
    with archive.ledger.transaction() as connection:
        connection.execute("DELETE FROM doubts")
    # The list of all was loaded before the project's, which had the post no more.
    kept(archive, VIDEOS, videos(), NOON + 2 * HOUR)
    assert noted(archive) == OF_POST


@pytest.mark.parametrize(
    "now", [creators().tail(1), creators(is_active=(MIA, False))], ids=["removed", "not active"]
)
def test_a_creator_who_leaves_casts_doubt_on_the_project_and_campaigns(archive, now):
    kept(archive, CREATORS, now, NOON + HOUR)
    assert noted(archive) == {
        ("creator", MIA, EVER), ("project", HOME, EVER), ("campaign", SUB, EVER),
        ("campaign", TOP, EVER),
    }  # fmt: skip


def test_a_campaign_with_other_items_casts_doubt_on_those_above_it(archive):
    items = {**ITEMS, SUB: [{"item_type": "creator", "item_id": LEO}]}
    kept(archive, CAMPAIGNS, campaigns(items), NOON + HOUR)
    assert noted(archive) == {("campaign", SUB, EVER), ("campaign", TOP, EVER)}


def test_a_campaign_whose_items_are_unknown_may_hold_anything(archive):
    with archive.ledger.transaction() as connection:
        asked = ("campaign", "unlisted", "views", "2026-01-01", "2026-06-01", "2026-06-15", None, 0)
        connection.execute("INSERT INTO coverage VALUES (?, ?, ?, ?, ?, ?, ?, ?)", asked)
    kept(archive, VIDEOS, videos(is_tracking_disabled=(POST, True)), NOON + HOUR)
    assert noted(archive) == OF_POST | {("campaign", "unlisted", MARCH_9)}


@pytest.mark.parametrize(
    ("path", "body", "doubted"),
    [
        (f"/videos/{POST}", {}, {("video", POST), ("creator", MIA), ("project", HOME),
                                 ("campaign", SUB), ("campaign", TOP)}),
        (f"/projects/{HOME}/videos/bulk-tracking-disable", {"video_ids": [OLD]},
         {("video", OLD), ("creator", LEO), ("project", HOME)}),
        (f"/projects/{HOME}/videos", {"videos": [{"url": "https://..."}]},
         {("video", POST), ("video", OLD), ("video", URL), ("creator", MIA), ("creator", LEO),
          ("project", HOME), ("campaign", SUB), ("campaign", TOP)}),
        (f"/videos/{'9' * 8}-1111-4111-8111-{'9' * 12}", {},
         {(kind, ANY) for kind in ("video", "creator", "campaign", "project")}),
        (f"/videos/{POST}", {"title": "Another"}, set()),
        (f"/videos/{POST}/scrape", {}, set()),
        (f"/creators/{MIA}/goals", {"metric": "posts"}, set()),
        ("/payout-payments", {"creator_id": MIA}, set()),
    ],
    ids=["delete", "bulk", "add", "unknown", "title", "scrape", "goal", "payment"],
)  # fmt: skip
def test_a_write_of_ones_own_casts_doubt_on_what_it_is_about(archive, path, body, doubted):
    archive.note_write([], path, body, NOON)
    assert {(entity, id_) for entity, id_, _ in noted(archive)} == doubted


# How doubts are kept, and what they mean.


def test_a_later_doubt_about_as_many_days_replaces_an_earlier_one(archive):
    add_doubts(archive.ledger, [Doubted("creator", MIA, MARCH_9)], NOON)
    add_doubts(archive.ledger, [Doubted("creator", MIA), Doubted("creator", MIA, MARCH_9)], NOON)
    add_doubts(archive.ledger, [Doubted("creator", ANY, MARCH_9)], NOON + HOUR)
    found = read_doubts(archive.ledger, "creator", [MIA, LEO])
    ids = {id_: sorted(one.id for one in doubts) for id_, doubts in found.items()}
    assert ids == {MIA: [2, 3], LEO: [3]}


def test_a_campaigns_days_are_in_doubt_for_a_night(archive):
    add_doubts(archive.ledger, [Doubted("campaign", TOP), Doubted("project", HOME)], NOON)
    [campaign], [project] = (
        read_doubts(archive.ledger, kind, [id_])[id_]
        for kind, id_ in (("campaign", TOP), ("project", HOME))
    )
    assert campaign.until - project.until == 24 * 3_600_000_000


@pytest.mark.parametrize(
    ("doubt", "sure"),
    [
        (Doubt(id=3, first=103, until=50), 3),
        (Doubt(id=2, first=103, until=50), 10),
        (Doubt(id=2, first=103, until=71), 3),
        (Doubt(id=9, first=90, until=50), 0),
        (Doubt(id=9, first=110, until=50), 10),
    ],
    ids=["noted later", "noted before", "until later", "all days", "later days"],
)
def test_days_that_a_doubt_is_about_were_not_surely_asked_for(doubt, sure):
    one = Asked("creator", MIA, "views", 100, 109, 70, None, doubt=2)
    asked = asked_days([([one], [doubt])], 100, 109)
    assert int((~asked.are_doubted).sum()) == sure
    assert (asked.asked_at == 70).all()


def test_what_was_asked_for_in_the_future_is_asked_for_again():
    asked = asked_days([([Asked("creator", MIA, "views", 0, 9, 10**15, None)], [])], 0, 9)
    left = [
        int((~asked.are_settled(now=now, fresh_since=0)).sum())
        for now in (10**15, 10**15 - 299_000_000, 10**15 - 301_000_000)
    ]
    assert left == [0, 0, 10]


def test_a_damaged_list_casts_doubt_on_everything(archive):
    for part in archive.ledger.parts("videos"):
        (archive.path / part.path).unlink()
    kept(archive, VIDEOS, videos(), NOON + HOUR)
    assert {id_ for _, id_, _ in noted(archive)} == {ANY}
