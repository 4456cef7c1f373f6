"""The question whether views look right: grades, sentences that accuse nobody, what is unknown."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.helpers.videos.test_quality import GUILT, START
from tests.helpers.videos.test_quality import videos as posts
from trackagoat_pandas.asking.kernel import Answer
from trackagoat_pandas.asking.view_quality import VIEW_QUALITY

ID = "7412345678901234567"
NOW = "2026-06-20T12:00Z"
CREATORS = pd.DataFrame({"id": ["ann"], "tiktok_handle": ["mossy_reef"]})
USUAL = ((24, 1_000, 100), (48, 1_500, 150), (72, 1_800, 180))
NO_PROOF = "This is evidence, not proof: counts can't say why views came, nor who caused it."


def program(*odd: tuple[int, int], **columns: Any) -> pd.DataFrame:
    """Thirty usual posts of a creator, after some with other views and likes."""
    dice = np.random.default_rng(3)
    usual = [(views, round(views * dice.normal(0.1, 0.004))) for views in range(9_000, 12_000, 100)]
    frame = posts(*odd, *usual).assign(title="goat yoga", url="u", **columns)
    return frame.assign(id=[ID, *frame["id"][1:]])


def asked(videos: pd.DataFrame, now: str = NOW, **frames: pd.DataFrame) -> Answer:
    given = {"videos": videos, "creators": CREATORS, **frames}
    return tgp.ask("view_quality", frames=given, now=now)


def followed(*points: tuple[float, int, int]) -> dict[str, pd.DataFrame]:
    """A post that was read at some ages in hours, with its views and likes."""
    ages, views, likes = zip(*points, strict=True)
    history = pd.DataFrame({
        "id": ID, "observed_at": [START + pd.Timedelta(hours=age) for age in ages],
        "view_count": [*views], "like_count": [*likes],
        "share_count": [like // 10 for like in likes],
    })  # fmt: skip
    return {"videos": posts((views[-1], likes[-1]), id=[ID], title=["goat yoga"]),
            "history": history}  # fmt: skip


def test_weak_evidence_from_totals_names_an_explanation() -> None:
    answer = asked(program((10_000, 20)))
    assert answer.headline == (
        "There is weak evidence on 1 of 31 posts that its views are unlike others. Advertising "
        "can explain it."
    )
    assert answer.top == (
        "@mossy_reef: “goat yoga” has 10,000 views with far less engagement than the creator's "
        "other posts (weak evidence)."
    )
    assert answer.finding == f"{answer.headline} {answer.top}"
    assert (answer.level, [*answer.rows.index]) == ("watch", [ID])
    assert answer.totals == {"posts": 31, "strong": 0, "weak": 1, "unknown": 0}
    assert answer.notes == (
        NO_PROOF, "Only totals are compared, which say less than the counts of each day in a store."
    )  # fmt: skip
    assert answer.record.startswith("In simulated programs 0.1% of ordinary posts")


def test_strong_evidence_has_the_numbers_of_its_days() -> None:
    answer = asked(**followed(*USUAL, (96, 9_000, 190)))
    assert answer.totals == {"posts": 1, "strong": 1, "weak": 0, "unknown": 0}
    assert answer.headline.startswith("There is strong evidence on 1 of 1 post that its views are")
    assert answer.top == (
        "@mossy_reef: “goat yoga” got 7,200 views with 11 likes, shares and saves, where 792 are "
        "usual (strong evidence)."
    )
    assert answer.notes == (NO_PROOF,)
    row = answer.rows.loc[ID]
    assert row["gained_engagements"] == (190 - 180) + (19 - 18)
    assert row["usual_engagements"] == pytest.approx(7_200 * (180 + 18) / 1_800)


def test_views_that_fell_were_taken_back_or_corrected() -> None:
    answer = asked(**followed(*USUAL, (84, 1_820, 182), (96, 1_500, 182), (120, 1_510, 183)))
    assert answer.top == (
        "@mossy_reef: “goat yoga” lost a part of its views again: they were taken back, or "
        "corrected (weak evidence)."
    )


def test_usual_posts_have_no_evidence_and_nothing_to_do() -> None:
    answer = asked(program((10_000, 1_000)))
    said = "No evidence that the views of 31 posts are unlike those of others."
    assert (answer.finding, answer.level, answer.advice) == (said, "good", "")
    assert answer.plot() is None
    assert answer.line(ID) == "@mossy_reef: “goat yoga” has views like others."


@pytest.mark.parametrize(
    ("frame", "finding", "note"),
    [
        (posts((1_000, 9)).assign(title="x"), "none of 1 post can be judged.",
         "Not judged: 1 post, with fewer than 5 posts of the creator to compare."),
        (program((10_000, 1_000)).assign(view_count=pd.array([None] * 31, "Int64")),
         "none of 31 posts can be judged.", "Not judged: 31 posts, with unknown views."),
    ],
)  # fmt: skip
def test_posts_that_cannot_be_judged_have_the_reason(
    frame: pd.DataFrame, finding: str, note: str
) -> None:
    answer = asked(frame)
    assert answer.finding == f"We can't tell whether the views look right: {finding}"
    assert (answer.level, answer.count) == ("unknown", 0)
    assert note in answer.notes


def test_some_unknown_posts_make_the_level_unknown_but_hide_no_evidence() -> None:
    for odd, level in (((10_000, 1_000), "unknown"), ((10_000, 20), "watch")):
        frame = program(odd)
        frame.loc[5, "view_count"] = None
        frame.loc[6, "id"] = None
        answer = asked(frame)
        assert (answer.level, answer.totals["unknown"]) == (level, 2)
        assert "2 posts can't be judged." in answer.headline


def test_empty_frames_and_missing_columns() -> None:
    answer = asked(program((10_000, 20)).head(0))
    assert (answer.finding, answer.level) == ("There are no posts to judge.", "good")
    missing = asked(program((10_000, 20)).drop(columns="like_count"))
    assert missing.level == "unknown"
    assert "'like_count'" in missing.finding


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "Europe/Berlin"])
def test_zones_and_odd_spelling_change_nothing(zone: str) -> None:
    plain = asked(program((10_000, 20)))
    frame = program((10_000, 20), tracking_status="Included")
    frame["posted_at"] = frame["posted_at"].dt.tz_convert(zone)
    frame.attrs = {"trackagoat": {"timezone": zone}}
    assert asked(frame).finding == plain.finding


def test_sentences_accuse_nobody() -> None:
    said = [
        asked(program((10_000, 20))).show(), asked(**followed(*USUAL, (96, 9_000, 190))).show(),
        VIEW_QUALITY.advice, VIEW_QUALITY.thresholds.why, str(VIEW_QUALITY.__doc__),
    ]  # fmt: skip
    words = {*re.findall(r"[a-z]+", " ".join(said).casefold())}
    assert not words & {*GUILT}


def test_counts_equal_a_loop_over_grades(client: Any) -> None:
    answer = tgp.ask("view_quality", "Q1 Brand Program", client=client)
    videos = tgp.load_videos("Q1 Brand Program", client=client)
    found = tgp.view_quality(videos, now=answer.script.program.now).to_dict("records")
    grades = [row["grade"] for row in found]
    assert answer.totals == {
        "posts": sum(isinstance(grade, str) for grade in grades), "strong": grades.count("strong"),
        "weak": grades.count("weak"), "unknown": sum(not isinstance(one, str) for one in grades),
    }  # fmt: skip
    assert {*answer.rows.index} == {
        row["id"] for row in found if row["grade"] in ("weak", "strong")
    }


def test_thresholds_have_no_bad_level_and_no_alert() -> None:
    at = VIEW_QUALITY.thresholds
    assert (at.watch, at.bad, at.fires, at.clears) == (1, None, None, None)
    assert VIEW_QUALITY.surfaces == ("VideoBoard",)


def test_picture_has_the_headline_and_the_board_what_comes_first() -> None:
    videos = program((10_000, 20))
    videos.attrs = {"trackagoat": {"timezone": "UTC", "server_time": NOW}}
    answer = tgp.ask("view_quality", frames={"videos": videos, "creators": CREATORS})
    board = tgp.widgets.VideoBoard(videos, creators=CREATORS)
    board.page.value = "Quality"
    ax = answer.plot()
    assert ax is not None
    assert " ".join(ax.get_title(loc="left").split()) == answer.headline.rstrip(".")
    assert str(answer.top).replace("'", "&#x27;") in board._head.value
