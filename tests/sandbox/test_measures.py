"""What videos and creators gain, against numbers worked out on paper.

Every video has 1,000 final views, tau 1 day and shape 1, so it shows 1,000 * (1 - 1/e) = 632 views
after a day, 864 after two, 950 after three and 981 after four.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest

from tests.support import tiny_world
from trackagoat_pandas.sandbox.curves import followers
from trackagoat_pandas.sandbox.database import Database
from trackagoat_pandas.sandbox.measures import (
    counts,
    gained,
    gained_in_all,
    goal_actual,
    goal_actuals,
)
from trackagoat_pandas.sandbox.video_cache import load_videos

DAY = 86_400.0
START = datetime(2026, 6, 1, tzinfo=UTC).timestamp()
CREATED = "2026-05-01T00:00:00Z"


def day(number: int) -> float:
    """Midnight that begins June 1st + ``number`` days."""
    return START + number * DAY


RATES = {
    "like_rate": 0.1, "comment_rate": 0.01, "share_rate": 0.02, "save_rate": 0.003,
    "late_share": 0.0,
}  # fmt: skip


def video(name: str, posted: float, **changes: Any) -> dict[str, Any]:
    curve = {"final_views": 1_000.0, "tau_days": 1.0, "shape": 1.0, **RATES}
    own = {"id": name, "posted_ts": posted, "tracked_ts": posted, "project_id": "project"}
    return tiny_world.video("v", "nan", CREATED, curve, **own | changes)


@pytest.fixture
def database() -> Iterator[Database]:
    with Database() as database:
        prepare(database)
        yield database


def prepare(database: Database) -> None:
    project = {"id": "project", "org_id": "org", "name": "P", "timezone": "UTC"}
    database.insert("projects", [{**project, "created_at": CREATED, "updated_at": CREATED}])
    own = {"id": "nan", "project_id": "project", "tracking_start_date": "2026-06-02"}
    database.insert("creators", [tiny_world.creator("nan", **own, followers_daily=0.01)])


def edges(*days: int) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.array([day(number) for number in days])


@pytest.mark.parametrize(
    ("seen", "cut", "gains"),
    [
        (day(0), (0, 1, 2, 3), [632, 232, 86]),
        (day(2), (0, 1, 2, 3), [0, 0, 86]),
        (day(2), (0, 4), [981 - 864]),
    ],
)
def test_gains_follow_the_curve_from_the_first_snapshot_on(
    database: Database, seen: float, cut: tuple[int, ...], gains: list[int]
) -> None:
    database.insert("videos", [video("a", day(0), tracked_ts=seen)])
    assert gained(load_videos(database), edges(*cut), "views").tolist() == [gains]


def test_nothing_is_counted_before_posting(database: Database) -> None:
    database.insert("videos", [video("a", day(2))])
    assert counts(load_videos(database), edges(0, 1, 2), "views").tolist() == [[0, 0, 0]]


@pytest.mark.parametrize(
    ("metric", "number"),
    [("likes", 63), ("comments", 6), ("shares", 12), ("saves", 1), ("engagement", 82)],
)
def test_other_counts_are_floored_shares_of_the_views(
    database: Database, metric: str, number: int
) -> None:
    database.insert("videos", [video("a", day(0))])
    assert gained(load_videos(database), edges(0, 1), metric).tolist() == [[number]]


# A wave of 1,000 views from day 2 on, which is as fast as the first rise: 632 after a day.
WAVE = {"wave_views": 1_000.0, "wave_ts": day(2), "wave_tau_days": 1.0}


@pytest.mark.parametrize(
    ("engagement", "metric", "totals"),
    [
        (1.0, "views", [632, 864, 1_582]),  # 950.2 and 632.1
        (0.02, "views", [632, 864, 1_582]),
        (1.0, "likes", [63, 86, 158]),
        (0.02, "likes", [63, 86, 96]),  # 950.2 and 2 % of 632.1 views
        (0.0, "engagement", [63 + 6 + 12 + 1, 86 + 8 + 17 + 2, 95 + 9 + 19 + 2]),
    ],
)
def test_a_wave_brings_more_views_and_engagement_by_its_share(
    database: Database, engagement: float, metric: str, totals: list[int]
) -> None:
    plain, waved = video("plain", day(0)), video("waved", day(0), **WAVE)
    plain |= dict.fromkeys(WAVE, 0.0) | {"wave_tau_days": 1.0, "wave_engagement": 1.0}
    database.insert("videos", [plain, waved | {"wave_engagement": engagement}])
    found = counts(load_videos(database), edges(1, 2, 3), metric).tolist()
    assert found[1] == totals
    assert (
        found[0]
        == counts(load_videos(database, "id = 'plain'"), edges(1, 2, 3), metric)[0].tolist()
    )
    own = load_videos(database).tracked_ts[:, None] + np.array([0.0, 3 * DAY])
    assert counts(load_videos(database), own, metric)[1].tolist() == [0, totals[2]]


def test_an_unknown_metric_is_refused(database: Database) -> None:
    with pytest.raises(ValueError, match="metric='fame' must be one of views, likes"):
        counts(load_videos(database), edges(0, 1), "fame")


def test_parts_of_many_videos_join_without_a_seam(database: Database) -> None:
    database.insert("videos", (video(str(n), day(0) + n) for n in range(3_000)))
    videos = load_videos(database)
    whole = np.linspace(day(0), day(9), 100)
    one_by_one = [
        gained(videos.select(slice(n, n + 1)), whole, "views")[0] for n in (0, 1999, 2999)
    ]
    assert (gained(videos, whole, "views")[[0, 1999, 2999]] == one_by_one).all()
    assert (
        gained(videos, whole, "views").sum(axis=0) == gained_in_all(videos, whole, "views")
    ).all()


def test_deleted_videos_are_not_loaded_and_others_say_whether_they_count(
    database: Database,
) -> None:
    database.insert(
        "videos",
        [
            video("auto", day(0)),
            video("included", day(0), tracking_status="included"),
            video("added", day(0), tracking_status="direct_add", creator_id=None),
            video("pending", day(0), tracking_status="pending_review"),
            video("excluded", day(0), tracking_status="excluded"),
            video("disabled", day(0), is_tracking_disabled=1),
            video("deleted", day(0), deleted_at=CREATED),
        ],
    )
    videos = load_videos(database)
    assert dict(zip(videos.ids, videos.counted.tolist(), strict=True)) == {
        "auto": True,
        "included": True,
        "added": True,
        "pending": False,
        "excluded": False,
        "disabled": False,
    }
    assert videos.creator_ids[2] is None


def test_a_condition_narrows_what_is_loaded(database: Database) -> None:
    database.insert("videos", [video("a", day(0)), video("b", day(0), creator_id="other")])
    assert load_videos(database, "creator_id = ? OR 0", ("other",)).ids == ["b"]


def test_no_videos_load_as_empty_arrays(database: Database) -> None:
    videos = load_videos(database)
    assert len(videos) == 0
    assert gained(videos, edges(0, 1, 2), "views").shape == (0, 2)
    assert gained_in_all(videos, edges(0, 1, 2), "engagement").tolist() == [0, 0]


def test_videos_are_selected_by_mask_places_or_slice(database: Database) -> None:
    database.insert("videos", [video(name, day(0)) for name in "abc"])
    videos = load_videos(database)
    assert videos.select(np.array([True, False, True])).ids == ["a", "c"]
    assert videos.select(np.array([2, 0])).ids == ["c", "a"]
    assert videos.select(slice(1, None)).ids == ["b", "c"]


def test_followers_grow_from_the_start_of_tracking(database: Database) -> None:
    assert followers(database, "nan", edges(0, 1, 2, 3)).tolist() == [1_000, 1_000, 1_010, 1_020]


def test_a_goal_on_followers_counts_those_gained(database: Database) -> None:
    assert goal_actuals(database, "nan", "followers", edges(0, 1, 3)).tolist() == [0, 20]


def test_a_goal_on_posts_counts_from_the_start_up_to_but_not_the_end(database: Database) -> None:
    database.insert(
        "videos",
        [
            video("before", day(0) - 1),
            video("first", day(0)),
            video("last", day(7) - 1),
            video("after", day(7)),
            video("pending", day(3), tracking_status="pending_review"),
        ],
    )
    assert goal_actual(database, "nan", "posts", day(0), day(7)) == 2


def test_a_goal_on_views_counts_gains_of_older_videos_too(database: Database) -> None:
    database.insert("videos", [video("a", day(0)), video("b", day(2), is_tracking_disabled=1)])
    assert goal_actual(database, "nan", "views", day(1), day(3)) == 950 - 632


def test_a_goal_on_engagement_sums_the_four_counts(database: Database) -> None:
    database.insert("videos", [video("a", day(0))])
    assert goal_actual(database, "nan", "engagement", day(0), day(1)) == 63 + 6 + 12 + 1
