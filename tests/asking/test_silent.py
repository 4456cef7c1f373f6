"""The question who has gone silent: its definition, sentences, and missing values."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import trackagoat_pandas as tgp
from trackagoat_pandas.asking.kernel import Answer
from trackagoat_pandas.showing.cells import BLANK

NOW = pd.Timestamp("2026-06-18T20:00:00Z")
TODAY = pd.Timestamp("2026-06-18T12:00:00Z")
pytestmark = pytest.mark.filterwarnings("ignore::trackagoat_pandas.errors.ContractWarning")
Posts = dict[str, list[int]]
"""How many days ago each creator posted."""


def every(step: int, since: int, *, days: int = 120) -> list[int]:
    return [*range(since, since + days, step)]


def posts_of(posts: Posts, **columns: Any) -> pd.DataFrame:
    rows = [(id_, TODAY - pd.Timedelta(days=ago)) for id_, days in posts.items() for ago in days]
    frame = pd.DataFrame(rows, columns=["creator_id", "posted_at"]).assign(
        posted_at=lambda made: pd.to_datetime(made["posted_at"], utc=True),
        id=[f"v{place}" for place in range(len(rows))], tracking_status="included", **columns,
    )  # fmt: skip
    frame.attrs = {"trackagoat": {"tz": "UTC", "rows": len(frame), "complete": True}}
    return frame


def people(*ids: str, **columns: Any) -> pd.DataFrame:
    frame = pd.DataFrame({"id": ids, "tiktok_handle": ids}, dtype="str").assign(is_active=True)
    return frame.assign(**{"tracking_start_date": pd.Timestamp("2026-05-01"), **columns})


def asked(posts: Posts | pd.DataFrame, creators: pd.DataFrame | None = None) -> Answer:
    videos = posts if isinstance(posts, pd.DataFrame) else posts_of(posts)
    creators = people(*posts) if creators is None else creators
    return tgp.ask("silent", frames={"videos": videos, "creators": creators}, now=NOW)


MIA = "@mia hasn't posted for 19 days. The longest break before was 1 day."

NEVER = "@mia hasn't posted since tracking began 48 days ago."
BACK = "@ben posted again on Tue 16 Jun after 27 days without a post."


@pytest.mark.parametrize(
    ("posts", "finding"),
    [
        ({}, "There is no active creator."),
        ({"mia": [], "ben": []}, f"No active creator has posted yet. 2 have never posted. {NEVER}"),
        ({"mia": every(2, 1)}, "The only active creator hasn't gone silent."),
        ({"mia": every(2, 20)}, f"The only active creator has gone silent. {MIA}"),
        ({"mia": every(2, 1), "ben": every(3, 0)}, "None of 2 active creators has gone silent."),
        ({"mia": every(2, 20), "ben": every(3, 0)},
         f"1 of 2 active creators has gone silent. {MIA}"),
        ({"mia": every(2, 20), "ben": every(1, 20), "eve": []},
         f"2 of 3 active creators have gone silent. 1 has never posted. {MIA}"),
        ({"mia": every(2, 1), "ben": [2, *every(2, 30)]},
         f"None of 2 active creators has gone silent. 1 is back from a silence. {BACK}"),
    ],
)  # fmt: skip
def test_finding_counts_silent_never_and_back(posts: Posts, finding: str) -> None:
    assert asked(posts).finding == finding


@pytest.mark.parametrize(
    ("days", "level"),
    [
        (every(1, 8), "good"),  # seven full days
        (every(1, 9), "bad"),
        (every(2, 9), "bad"),
        (every(4, 8), "good"),
        (every(4, 13), "watch"),
        (every(4, 40), "bad"),
        ([30, 60], "watch"),  # no habit
        ([29, 60], "good"),
        ([21, 60, *every(2, 61)], "good"),  # silent for longer before
    ],
)
def test_level_compares_a_silence_with_the_habit(days: list[int], level: str) -> None:
    assert asked({"mia": days}).level == level


def test_one_silent_creator_of_26_is_watched() -> None:
    others = {f"c{place}": every(2, 1) for place in range(25)}
    silent = {"mia": every(2, 40)}
    assert asked({**others, **silent}).level == "watch"
    del others["c0"]
    assert asked({**others, **silent}).level == "bad"


def test_months_of_chance_are_those_of_a_plain_formula() -> None:
    posts = {"mia": every(3, 16), "ben": every(2, 10)}
    answer = asked(posts)
    gaps = 30 * (1 / 3 + 1 / 2)
    expected = {"mia": 1 / (gaps * (2 / 3) ** 15), "ben": 1 / (gaps * 0.5**9)}
    for id_, months in expected.items():
        assert answer.judged["level"][id_] == pytest.approx(months)


def test_newcomers_without_a_post_are_not_named() -> None:
    creators = people("mia", "eve", tracking_start_date=pd.Timestamp("2026-06-01"))
    answer = asked({"mia": every(2, 1)}, creators)
    assert (answer.finding, answer.level) == ("None of 2 active creators has gone silent.", "good")


def test_inactive_creators_are_not_counted() -> None:
    answer = asked({"mia": every(2, 40), "ben": every(2, 1)},
                   people("mia", "ben", is_active=[False, True]))  # fmt: skip
    assert answer.finding == "The only active creator hasn't gone silent."


def test_unknown_start_of_tracking_leaves_the_level_unknown() -> None:
    answer = asked({"mia": every(2, 1)}, people("mia", "eve", tracking_start_date=pd.NaT))
    assert answer.level == "unknown"
    assert "1 can't be judged: dates or statuses are missing." in answer.finding


@pytest.mark.parametrize(
    ("column", "value"),
    [("posted_at", pd.NaT), ("tracking_status", None), ("tracking_status", "new"),
     ("creator_id", None), ("is_tracking_disabled", None)],
)  # fmt: skip
def test_lost_values_of_posts_never_give_good(column: str, value: Any) -> None:
    videos = posts_of({"mia": every(2, 1)}, is_tracking_disabled=False).astype(
        {"is_tracking_disabled": "boolean", "tracking_status": object}
    )
    assert asked(videos, people("mia")).level == "good"
    videos.loc[3, column] = value
    assert asked(videos, people("mia")).level == "unknown"


@pytest.mark.parametrize("column", ["id", "is_active"])
def test_lost_values_of_creators_never_give_good(column: str) -> None:
    creators = people("mia", "ben").astype({"is_active": "boolean"})
    creators.loc[1, column] = None
    answer = asked({"mia": every(2, 1), "ben": every(2, 1)}, creators)
    assert answer.level == "unknown"
    assert "1 post or creator lacks an id or a status." in answer.finding


def test_posts_by_url_need_no_creator() -> None:
    videos = posts_of({"mia": every(2, 1)})
    videos.loc[0, ["creator_id", "tracking_status"]] = [None, "direct_add"]
    assert asked(videos, people("mia")).level == "good"


def test_hostile_frames_have_an_answer() -> None:
    videos, creators = posts_of({"mia": every(2, 40)}), people("mia", "mia", tiktok_handle=None)
    answer = asked(videos, creators)
    assert answer.headline == "The only active creator has gone silent."
    assert answer.lines[0].startswith("a creator without a name hasn't posted for 39 days.")
    nothing = asked(videos.head(0), creators)
    assert nothing.headline == "No active creator has posted yet. 1 has never posted."
    assert nothing.level == "unknown"
    bare = asked(videos, creators[["id", "tiktok_handle"]])
    assert bare.level == "bad"


def test_long_ids_stay_whole() -> None:
    id_ = "7213987654321098765"
    answer = asked({id_: every(2, 40)}, people(id_))
    assert [*answer.rows.index] == [id_]


def test_table_has_the_habit_beside_the_silence() -> None:
    answer = asked({"mia": every(2, 20), "eve": []})
    cells = [[getattr(cell, "text", cell) for cell in row] for row in answer.table(8)]
    assert cells[0] == ["@mia", "Fri 29 May", "19", "1", "3.5"]
    assert cells[1][:3] == ["@eve", BLANK, "48"]


def test_silences_are_sorted_and_have_days_in_their_zone() -> None:
    videos, creators = posts_of({"mia": every(2, 20), "ben": every(2, 1)}), people("ben", "mia")
    found = tgp.posting_silences(videos, creators, now="2026-06-18T20:00Z", timezone="Asia/Tokyo")
    assert found["tiktok_handle"].tolist() == ["mia", "ben"]
    assert found["silent_days"].tolist() == [20, 1]  # it is the 19th in Tokyo
    assert found["last_day"].tolist() == [
        pd.Timestamp("2026-05-29"), pd.Timestamp("2026-06-17")
    ]  # fmt: skip
    assert np.array_equal(found["unsure_posts"], [0, 0])
