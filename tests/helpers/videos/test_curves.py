"""Life curves and when views settle, by hand and in a simulated world."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.support.life_worlds import NOW, post_world
from trackagoat_pandas.errors import ArgumentError
from trackagoat_pandas.helpers.videos.curves import life_curves, settle_curve
from trackagoat_pandas.sandbox import curves

END = "2026-06-15T00:00Z"


def frames(views: dict[str, list[float]]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Posts with their views at the ends of days since posting; the last are those now."""
    end = pd.Timestamp(END)
    posted = {name: end - pd.Timedelta(days=len(known)) for name, known in views.items()}
    videos = pd.DataFrame(
        {
            "id": [*views],
            "creator_id": "ann",
            "posted_at": [*posted.values()],
            "tracking_status": "included",
            "is_tracking_disabled": False,
            "view_count": pd.array([known[-1] for known in views.values()], dtype="Int64"),
        }
    )
    rows = [
        {"id": name, "observed_at": posted[name] + pd.Timedelta(days=day), "view_count": count}
        for name, known in views.items()
        for day, count in enumerate(known, start=1)
    ]
    return videos, pd.DataFrame(rows).astype({"view_count": "int64"})


def daily(curve: pd.DataFrame) -> pd.DataFrame:
    return curve[curve["age_hours"] % 24 == 0].set_index("age_hours")


def test_shares_are_those_of_all_views_and_of_the_typical_post() -> None:
    videos, history = frames({"big": [600, 800, 1_000], "small": [10, 30, 40]})
    curve = daily(life_curves(videos, history=history, now=END, horizon_days=3))
    assert curve["views_share"].tolist() == pytest.approx([610 / 1_040, 830 / 1_040, 1])
    # Counts plus 1: the geometric mean of 601 / 1,001 and 11 / 41.
    assert curve["typical_share"].iloc[0] == pytest.approx((601 / 1_001 * 11 / 41) ** 0.5)
    assert curve["median_views"].tolist() == [305, 415, 520]
    assert (curve["horizon_days"] == 3).all()


def test_posts_that_are_younger_count_where_they_are_known_and_are_said() -> None:
    videos, history = frames({"old": [50, 100, 100], "young": [80, 100]})
    curve = daily(life_curves(videos, history=history, now=END, horizon_days=3))
    assert curve["posts"].tolist() == [2, 2, 1]
    assert curve["younger_posts"].tolist() == [0, 0, 1]
    assert curve["views_share"].tolist() == pytest.approx([130 / 200, 1, 1])


def test_hours_of_the_first_day_are_there_with_snapshots_alone() -> None:
    videos, history = frames({"old": [50, 100, 100]})
    curve = life_curves(videos, history=history, now=END, horizon_days=3)
    assert curve["age_hours"].tolist() == [1, 2, 3, 6, 12, 18, 24, 48, 72]
    assert life_curves(videos, now=END, horizon_days=3)["age_hours"].tolist() == [24, 48, 72]


def test_without_a_post_at_the_horizon_there_are_no_shares() -> None:
    videos, history = frames({"young": [80, 100]})
    curve = life_curves(videos, history=history, now=END, horizon_days=3)
    assert curve[["views_share", "typical_share"]].isna().all(axis=None)
    empty = life_curves(videos.head(0), history=history, now=END, horizon_days=3)
    assert empty["posts"].tolist() == [0] * 9


def test_views_settle_on_the_first_day_on_which_the_share_is_in() -> None:
    posts = {f"small {number}": [50, 90, 98, 100] for number in range(40)}
    videos, history = frames(posts | {"big": [1_000, 2_000, 4_000, 10_000]})
    found = settle_curve(videos, history=history, now=END, horizon_days=4)
    assert found["curve"].tolist() == ["all views", "typical post"]
    assert found["settled_days"].tolist() == [4, 3]
    assert found["posts"].tolist() == [41, 41]
    half = settle_curve(videos, history=history, now=END, horizon_days=4, share=0.5)
    assert half["settled_days"].tolist() == [3, 2]


def test_too_few_settled_posts_give_a_reason_and_no_day() -> None:
    videos, history = frames({f"post {number}": [50, 100, 100] for number in range(29)})
    found = settle_curve(videos, history=history, now=END, horizon_days=3)
    assert found["settled_days"].isna().all()
    assert found["reason"].tolist() == ["too_few_settled"] * 2


@pytest.mark.parametrize(("first", "day"), [(1, 3.0), (2, 3.0), (3, None), (4, None)])
def test_views_that_were_in_before_the_first_known_day_have_no_day(
    first: int, day: float | None
) -> None:
    videos, history = frames({f"post {number}": [500, 700, 960, 1_000] for number in range(30)})
    # A store that was synced late doesn't know the first days.
    begin = pd.Timestamp(END) - pd.Timedelta(days=4 - first)
    known = history[history["observed_at"] >= begin]
    found = settle_curve(videos, history=known, now=END, horizon_days=4)
    assert found["settled_days"].astype(object).where(found["settled_days"].notna(), None)[0] == day
    reasons = [None if day else "earlier_days_unknown"] * 2
    assert found["reason"].astype(object).where(found["reason"].notna(), None).tolist() == reasons


@pytest.mark.parametrize("share", [0.0, 1.0, 95])
def test_a_share_is_between_0_and_1(share: float) -> None:
    with pytest.raises(ArgumentError, match="share"):
        settle_curve(frames({"a": [1]})[0], share=share, now=END)


def test_the_curve_of_a_world_is_that_of_its_posts(tmp_path: Path) -> None:
    world = post_world(tmp_path, 2, days=200)
    is_settled = (NOW - world.videos["posted_at"]).dt.total_seconds().to_numpy() > 31 * 86_400.0
    videos = world.videos[is_settled]
    curve = daily(life_curves(videos, history=world.history, now=NOW))
    posted = videos["posted_at"].to_numpy("datetime64[s]").astype(float)
    own = {name: values[is_settled] for name, values in world.curve.items()}
    days = np.array([1.0, 3.0, 7.0, 14.0, 30.0])
    true = curves.views_at(own, posted[:, None] + days * 86_400.0)
    shares, typical = true.sum(axis=0), np.log1p(true).mean(axis=0)
    found = curve.loc[days * 24]
    # Counts between two syncs are interpolated.
    assert found["views_share"].to_numpy(float) == pytest.approx(shares / shares[-1], abs=0.01)
    assert found["typical_share"].to_numpy(float) == pytest.approx(
        np.exp(typical - typical[-1]), abs=0.01
    )
    assert found["younger_posts"].tolist() == [0] * 5
    # Younger posts have a part in it; the typical one is as before, or nearly so.
    whole = daily(life_curves(world.videos, history=world.history, now=NOW)).loc[days * 24]
    both = whole["typical_share"].to_numpy(float)
    assert both == pytest.approx(found["typical_share"].to_numpy(float), abs=0.03)
