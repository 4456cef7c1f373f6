"""The plot of ranks: its title, its rows, and what is said of those without a rank."""

from __future__ import annotations

from typing import Any

import pandas as pd

from trackagoat_pandas.plots.marks import MARKS
from trackagoat_pandas.plots.ranks import ranks


def ranked(*rows: tuple[int, int, int], **columns: Any) -> pd.DataFrame:
    """Creators by ``rank_low``, ``rank_high`` and ``alike_to_place``, with ranks from 1 on."""
    frame = pd.DataFrame([*rows], columns=["rank_low", "rank_high", "alike_to_place"])
    places = range(1, len(frame) + 1)
    frame = frame.assign(rank=places, tiktok_handle=[f"c{place}" for place in places])
    frame = frame.assign(creator_id=frame["tiktok_handle"], posts=1_200, level=12_345.0)
    return frame.assign(reason=None, **columns)


def title(ax: Any) -> str:
    return str(ax.get_title(loc="left"))


def names(ax: Any) -> list[str]:
    return [text.get_text() for text in ax.get_yticklabels()]


def read_outs(ax: Any) -> list[str]:
    return [MARKS[one].text for one in ax.get_children() if one in MARKS]


SURE, SECOND, THIRD = (1, 1, 1), (2, 3, 3), (2, 3, 3)


def test_the_title_names_the_first_who_cannot_be_told_apart() -> None:
    ax = ranks(ranked(SURE, SECOND, THIRD))
    assert title(ax) == "Places 2 and 3 of 3 can't be told apart"
    assert names(ax) == ["@c1 (1,200)", "@c2 (1,200)", "@c3 (1,200)"]
    assert read_outs(ax) == [
        "@c1 (1,200): rank 1 (1 to 1), 12.3k a typical post",
        "@c2 (1,200): rank 2 (2 to 3), 12.3k a typical post",
        "@c3 (1,200): rank 3 (2 to 3), 12.3k a typical post",
    ]
    assert title(ranks(ranked((1, 4, 3), (1, 4, 3), (1, 4, 4), (2, 4, 4)))) == (
        "Places 1 to 3 of 4 can't be told apart"
    )


def test_all_or_none_can_be_told_apart() -> None:
    assert title(ranks(ranked(SURE, (2, 2, 2)))) == "All 2 places can be told apart"
    assert title(ranks(ranked(*[(1, 3, 3)] * 3))) == "The 3 creators can't be told apart"
    assert title(ranks(ranked(SURE))) == "There is one creator"


def test_those_who_are_not_shown_or_have_no_rank_are_counted() -> None:
    frame = ranked(SURE, SECOND, THIRD, (4, 4, 4))
    numbers = ["rank", "level", "rank_low", "rank_high", "alike_to_place"]
    frame[numbers] = frame[numbers].astype("Float64")
    frame.loc[3, numbers] = pd.NA
    ax = ranks(frame, n=2)
    assert ax.get_xlabel() == "1 more not shown; 1 creator without a rank"
    assert title(ax) == "Places 2 and 3 of 3 can't be told apart"


def test_without_intervals_the_reason_is_said() -> None:
    ends = dict.fromkeys(["rank_low", "rank_high", "alike_to_place"], pd.array([None] * 2, "Int64"))
    ax = ranks(ranked(SURE, SECOND).assign(**ends, reason="hardly any creator has several posts"))
    assert title(ax) == "How far the ranks are luck isn't known"
    assert ax.get_xlabel() == "without intervals: hardly any creator has several posts"


def test_without_a_rank_there_is_nothing_to_show() -> None:
    assert title(ranks(ranked().astype({"rank": "Int64"}))) == "No creator is ranked"
