"""Captions are searched for whole tags and words."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from trackagoat_pandas.errors import ArgumentError, ArgumentTypeError, MissingColumnError


def posts(*titles: str | None, **columns: Any) -> pd.DataFrame:
    size = len(titles)
    return pd.DataFrame(
        {
            "id": [f"post {place}" for place in range(size)],
            "creator_id": ["ann"] * size,
            "title": pd.Series([*titles], dtype="str"),
            "posted_at": pd.to_datetime(["2026-06-01T12:00Z"] * size, utc=True),
            **columns,
        }
    )


@pytest.mark.parametrize(
    ("term", "caption", "is_found"),
    [
        ("#ad", "my #adventure", False),
        ("#ad", "free #AD!", True),
        ("#ad", "#goat#ad#fun", True),
        ("#ad", "an ad", False),
        ("@goat", "thanks @Goat.", True),
        ("@goat", "thanks @goatfarm", False),
        ("ad", "#ad", True),
        ("ad", "an adventure", False),
        ("link in bio", "Link  in\nBIO", True),
        ("gewinnspiel", "GEWINNSPIEL", True),
        ("straße", "STRASSE", True),
        ("c++", "I love C++", True),
        ("50%", "now 50%!", True),
        ("#\uff41\uff44", "#ad", True),
    ],
)
def test_terms_are_found_as_a_whole_in_any_case(term: str, caption: str, is_found: bool) -> None:
    videos = posts(caption)
    assert (len(tgp.check_posts(videos, forbidden=term)) == 1) == is_found
    assert (len(tgp.check_posts(videos, required=term)) == 0) == is_found


def test_one_of_a_list_is_enough_and_each_thing_wrong_is_a_row() -> None:
    videos = posts("#sponsored @goat", "giveaway", None, "#ad")
    found = tgp.check_posts(
        videos, required=[["#ad", "#sponsored"], "@goat"], forbidden=["giveaway"]
    )
    assert found[["id", "problem", "term"]].to_numpy().tolist() == [
        ["post 1", "missing", "#ad or #sponsored"],
        ["post 1", "missing", "@goat"],
        ["post 1", "forbidden", "giveaway"],
        ["post 2", "missing", "#ad or #sponsored"],
        ["post 2", "missing", "@goat"],
        ["post 3", "missing", "@goat"],
    ]


def test_descriptions_count_and_the_latest_post_comes_first() -> None:
    times = pd.to_datetime(["2026-06-01T12:00Z", None, "2026-06-02T12:00Z"], utc=True)
    videos = posts("a", "b", "c", description=["#ad", None, None], posted_at=times)
    assert tgp.check_posts(videos, required="#ad")["id"].tolist() == ["post 2", "post 1"]


def test_an_empty_frame_gives_an_empty_result_of_the_same_dtypes() -> None:
    full = tgp.check_posts(posts("a"), required="#ad")
    empty = tgp.check_posts(posts("a").head(0), required="#ad")
    assert len(empty) == 0
    assert empty.dtypes.to_dict() == full.dtypes.to_dict()


def test_terms_that_cannot_be_looked_for_are_refused() -> None:
    with pytest.raises(ArgumentError, match="give terms to look for"):
        tgp.check_posts(posts("a"))
    with pytest.raises(ArgumentError, match="a term is empty"):
        tgp.check_posts(posts("a"), required=["#ad", "  "])
    with pytest.raises(ArgumentTypeError, match="forbidden"):
        tgp.check_posts(posts("a"), forbidden=[7])  # type: ignore[list-item]
    with pytest.raises(ArgumentTypeError, match="required"):
        tgp.check_posts(posts("a"), required=7)  # type: ignore[arg-type]
    with pytest.raises(MissingColumnError, match="load_videos"):
        tgp.check_posts(posts("a").drop(columns="title"), required="#ad")
