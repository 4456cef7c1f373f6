"""How views are spread: by hand, and as in the server's report."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.heavy import part
from trackagoat_pandas.errors import (
    ArgumentTypeError,
    ChoiceError,
    ContractWarning,
    MissingColumnError,
)
from trackagoat_pandas.helpers.videos.distribution import BUCKETS, view_distribution


def posts(views: list[int | None], **columns: Any) -> pd.DataFrame:
    return pd.DataFrame(
        {"view_count": pd.array(views, dtype="Int64"), "tracking_status": "included", **columns}
    )


def numbers(spread: pd.DataFrame) -> list[list[int]]:
    return spread[[f"posts_from_{lower}" for lower in BUCKETS]].to_numpy(int).tolist()


def test_a_bucket_has_its_lower_end_and_not_its_upper_one() -> None:
    [row] = numbers(view_distribution(posts([0, 99, 100, 999, 1_000, 10_000, 999_999, 10**6])))
    assert row == [2, 2, 1, 1, 1, 1]


def test_the_mean_stands_beside_the_median_and_percentiles_are_interpolated() -> None:
    spread = view_distribution(posts([10, 20, 30, 1_000])).iloc[0]
    assert (spread["mean_views"], spread["median_views"]) == (265.0, 25.0)
    assert (spread["p25"], spread["p75"], spread["p99"]) == pytest.approx((17.5, 272.5, 970.9))
    assert (spread["fewest_views"], spread["most_views"], spread["posts"]) == (10, 1_000, 4)


def test_creators_are_ranked_by_their_median_and_posts_of_nobody_are_one_row() -> None:
    videos = posts([5, 7, 900, 50], creator_id=["ann", "ann", "ben", None])
    handles = pd.DataFrame({"id": ["ann", "ben"], "tiktok_handle": ["ann.goat", "ben.goat"]})
    spread = view_distribution(videos, by="creator", names=handles)
    assert spread["tiktok_handle"].tolist()[0] == "ben.goat"
    assert spread["creator_id"].isna().tolist() == [False, True, False]
    assert spread["median_views"].tolist() == [900.0, 50.0, 6.0]
    assert numbers(spread) == [[0, 1, 0, 0, 0, 0], [1, 0, 0, 0, 0, 0], [2, 0, 0, 0, 0, 0]]


def test_posts_that_do_not_count_or_whose_views_are_unknown_are_left_out() -> None:
    status = ["included", "pending_review", "new word", "direct_add"]
    videos = posts([5, 900, 900, None]).assign(tracking_status=status)
    with pytest.warns(ContractWarning, match="They are left out"):
        spread = view_distribution(videos)
    assert (spread["posts"].item(), spread["most_views"].item()) == (1, 5)


def test_without_a_post_percentiles_are_unknown_and_the_dtypes_stay() -> None:
    full = posts([5], creator_id=["ann"])
    for by in (None, "creator"):
        empty, found = (view_distribution(one, by=by) for one in (full.head(0), full))
        assert empty.dtypes.to_dict() == found.dtypes.to_dict()
        assert len(empty) == (by is None)
    nothing = view_distribution(full.head(0)).iloc[0]
    assert (nothing["posts"], nothing["posts_from_0"]) == (0, 0)
    assert nothing[["median_views", "mean_views", "most_views"]].isna().all()


def test_a_wrong_word_and_a_missing_column_are_refused() -> None:
    with pytest.raises(ChoiceError, match="creator"):
        view_distribution(posts([5]), by="video")  # type: ignore[arg-type]
    with pytest.raises(MissingColumnError, match="load_videos"):
        view_distribution(posts([5]), by="creator")


@pytest.mark.parametrize("seed", range(21, 21 + part(20, 6, 2)))
def test_it_is_as_the_server_reports_it(seed: int) -> None:
    with (
        tgp.sandbox(seed=seed, rate_limit=None) as box,
        tgp.connect(box.key, base_url=box.base_url, transport=box.app, progress=False),
    ):
        project, span = "Q1 Brand Program", "2026-02-01..2026-06-18"
        videos = tgp.load_videos(project)
        report = tgp.load_report("view-distribution", project, dates=span)
    local = videos["posted_at"].dt.tz_convert("America/New_York").dt.strftime("%Y-%m-%d")
    spread = view_distribution(videos[local >= "2026-02-01"])
    assert report["lower"].tolist() == [*BUCKETS]
    assert numbers(spread) == [report["video_count"].tolist()]
    percentiles = report.attrs["trackagoat"]["percentiles"]
    mine = spread.rename(columns={"median_views": "p50"})
    assert percentiles
    for name, value in percentiles.items():
        assert np.isclose(mine[name].item(), value), name


def test_a_count_below_0_is_in_the_lowest_bucket() -> None:
    assert numbers(view_distribution(posts([-5, 99, 100])))[0][:2] == [2, 1]


def test_names_are_checked_also_of_one_row_for_all() -> None:
    with pytest.raises(ArgumentTypeError, match="names"):
        view_distribution(posts([5]), names="creators")  # type: ignore[arg-type]
