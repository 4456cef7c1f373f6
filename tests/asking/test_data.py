"""The question whether the data is complete and current: ages, flaws, sentences and levels."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.support.demo_results import demo_frames
from tests.support.health_worlds import as_loaded
from tests.support.payout_frames import NOON
from trackagoat_pandas.asking.data import DATA
from trackagoat_pandas.asking.kernel import Answer, answer_of
from trackagoat_pandas.program.frames import ProgramData
from trackagoat_pandas.showing.recorder import Traced
from trackagoat_pandas.watching.judging import JUDGES
from trackagoat_pandas.watching.rules import DEFAULTS

NOW = pd.Timestamp("2026-06-18T16:00:00Z")  # noon in New York
pytestmark = pytest.mark.filterwarnings("ignore::trackagoat_pandas.TrackaGoatWarning")


def loaded(name: str = "videos", *, days: float = 0, at: Any = None, **facts: Any) -> pd.DataFrame:
    frame = pd.DataFrame({"id": ["7644543000000000123", "7644543000000000124"]})
    return as_loaded(frame, at or NOW - pd.Timedelta(days=days), name, **facts)


def views(last: str, *, at: pd.Timestamp = NOW, **columns: Any) -> pd.DataFrame:
    days = pd.date_range(end=last, periods=5).as_unit("us")
    frame = pd.DataFrame({"entity": "creator", "metric": "views", "date": days, "value": 1.0})
    frame["is_partial"] = False
    return as_loaded(frame.assign(**columns), at, "analytics")


def asked(now: Any = NOW, **frames: pd.DataFrame) -> Answer:
    return tgp.ask("data", frames=frames, now=now)


@pytest.mark.parametrize(
    ("days", "level", "said"),
    [
        (0, "good", "All 2 tables are complete and current."),
        (23 / 24, "good", "All 2 tables are complete and current."),
        (1, "watch", "were last loaded 24 hours ago"),
        (1.97, "watch", "were last loaded 47 hours ago"),
        (2.9, "watch", "were last loaded 2 days ago"),
        (3, "bad", "The videos were last loaded 3 days ago, on 15 Jun 2026 12:00."),
    ],
)
def test_level_follows_the_age(days: float, level: str, said: str) -> None:
    answer = asked(videos=loaded(days=days), creators=loaded("creators"))
    assert (answer.level, said in answer.finding) == (level, True)


@pytest.mark.parametrize(
    ("facts", "level", "said"),
    [
        ({"complete": False}, "bad", "is incomplete, since a part was not loaded."),
        ({"complete": False, "gaps": ["2026-06-01"]}, "bad", "days are missing (2026-06-01)"),
        ({"rows": 9}, "bad", "has 2 of 9 videos."),
        ({"params": {"status": "included"}}, "bad", "was loaded with status='included'"),
        ({"unreadable": {"view_count": 2}}, "watch", "has 2 values that could not be read."),
        ({"complete": None}, "unknown", "doesn't say whether it has all rows"),
        ({"fetched_at": None, "server_time": None}, "unknown", "It isn't known when the videos"),
        ({"params": {"project_id": "another"}}, "bad", "is of another project than the creators"),
    ],
)
def test_flaws_are_named_and_never_good(facts: Any, level: str, said: str) -> None:
    answer = asked(videos=loaded(**facts), creators=loaded("creators"))
    wrong = "creators" if "another" in said else "videos"
    if wrong == "creators":
        said = "The table of creators is of another project than the videos."
    assert (answer.level, [*answer.rows.index]) == (level, [wrong])
    assert said in answer.finding


def test_an_old_table_is_bad_although_its_rows_are_unknown() -> None:
    assert asked(videos=loaded(days=5, complete=None)).level == "bad"


@pytest.mark.parametrize(
    ("last", "late", "level"),
    [("2026-06-17", 0, "good"), ("2026-06-16", 0, "good"), ("2026-06-15", 2, "watch"),
     ("2026-06-14", 3, "bad"), ("2026-06-18", 0, "good")],
)  # fmt: skip
def test_daily_views_count_by_their_last_whole_day(last: str, late: int, level: str) -> None:
    answer = asked(analytics=views(last))
    assert (answer.judged["late_days"]["analytics"], answer.level) == (late, level)
    if late:
        assert f"{late} days are missing" in answer.finding


def test_partial_and_empty_days_are_not_whole() -> None:
    for columns in ({"is_partial": [False] * 3 + [True] * 2}, {"value": [1.0] * 3 + [np.nan] * 2}):
        answer = asked(analytics=views("2026-06-17", **columns))
        assert answer.judged["data_end"]["analytics"] == pd.Timestamp("2026-06-15")
    empty = views("2026-06-17").iloc[:0]
    empty.attrs["trackagoat"]["rows"] = 0
    assert asked(analytics=empty).level == "good"
    assert asked(NOW + pd.Timedelta(days=4), analytics=empty).level == "bad"


def test_words_in_another_spelling_are_read() -> None:
    answer = asked(analytics=views("2026-06-14", entity="Creator", metric="VIEWS"))
    assert answer.judged["late_days"]["analytics"] == 3


def test_a_missing_column_is_unknown() -> None:
    answer = asked(analytics=views("2026-06-17").drop(columns="date"))
    assert (answer.level, "date" in answer.finding) == ("unknown", True)
    assert asked().level == "unknown"


def test_days_are_local_also_where_clocks_change() -> None:
    before, after = (pd.Timestamp(f"2026-03-{day} 12:00", tz="Europe/Berlin") for day in (28, 31))
    frame = loaded(at=before.tz_convert("UTC"), timezone="Europe/Berlin")
    answer = asked(after.tz_convert("UTC"), videos=frame)
    assert answer.judged["late_days"]["videos"] == 3.0  # 71 hours
    late = pd.Timestamp("2026-06-18T03:00:00Z")  # still 17 June in New York
    frames = {"analytics": views("2026-06-15", at=late)}
    assert asked(late, **frames).judged["late_days"]["analytics"] == 0


def demo(box: Any) -> dict[str, pd.DataFrame]:
    """The demo program's frames, each loaded a day before the one before."""
    frames = {name: frame for name, frame in demo_frames(box).items() if name in DATA.names}
    moments = pd.date_range(end=NOON, periods=len(frames))
    return {
        name: as_loaded(frame, at, name)
        for (name, frame), at in zip(frames.items(), moments, strict=True)
    }


def test_counts_equal_a_loop_over_frames(box: Any) -> None:
    frames = demo(box)
    frames["videos"] = frames["videos"].head(3)
    answer = asked(NOON, **frames)
    outdated, now = set(), pd.Timestamp(NOON)
    for name, frame in frames.items():
        facts = frame.attrs["trackagoat"]
        loaded_at = pd.Timestamp(facts["server_time"])
        is_old = now - loaded_at >= pd.Timedelta(days=1)
        if name == "analytics":
            zone = facts["timezone"]
            last = loaded_at.tz_convert(zone).date()
            days = frame.loc[frame["metric"].eq("views") & ~frame["is_partial"], "date"].dt.date
            end = max(day for day in days if day < last)
            is_old = (now.tz_convert(zone).date() - end).days > 2
        if is_old or facts["rows"] != len(frame):
            outdated.add(name)
    assert {*answer.rows.index} == outdated
    assert answer.totals["outdated"] == len(outdated) > 0
    assert answer.totals["tables"] == len(frames)
    spaces = {"tgp": tgp, "pd": pd, **frames}
    exec(answer.code, spaces)
    pd.testing.assert_frame_equal(spaces["outdated"], answer.rows)


def program(moment: pd.Timestamp = NOW, **frames: pd.DataFrame) -> ProgramData:
    traced = {name: Traced(frame, name) for name, frame in frames.items()}
    missing = {"comments": "it takes 40 requests, beyond the 25 allowed", "history": "only a store"}
    return ProgramData("P", "p-1", moment, "America/New_York", traced, missing)


def test_frames_that_were_left_out_are_unknown() -> None:
    answer = answer_of(DATA, program(videos=loaded()))
    assert (answer.level, [*answer.rows.index]) == ("unknown", ["comments"])
    assert answer.finding == ("1 of 2 tables can't be checked. The table of comments is missing.")
    assert "beyond the 25 allowed" in " ".join(answer.notes)


def test_the_watch_judges_the_newest_load_and_daily_views() -> None:
    rule = DEFAULTS["data"]
    old = {"creators": loaded("creators", days=9, complete=False), "videos": loaded()}
    (signal,) = JUDGES["data"](program(**old), rule).signals
    assert (signal.entity, signal.entity_id, signal.level) == ("program", "p-1", 0.0)
    short = {**old, "analytics": views("2026-06-14")}
    (signal,) = JUDGES["data"](program(**short), rule).signals
    assert signal.level == rule.fire == 3.0
    assert "The daily views end on Sun 14 Jun: 3 days are missing." in signal.sentence


def test_health_gives_the_same_finding(box: Any) -> None:
    frames = demo(box)
    for days in (0, 2, 5):
        now = (pd.Timestamp(NOON) + pd.Timedelta(days=days)).isoformat()
        answer = asked(now, **frames)
        (row,) = tgp.program_health(**frames, now=now, parts="data").to_dict("records")
        assert (row["status"], row["evidence"]) == (answer.level, answer.finding)


def test_without_now_it_is_about_this_very_moment() -> None:
    week = pd.Timestamp.now("UTC") - pd.Timedelta(days=7)
    assert tgp.ask("data", frames={"videos": loaded(at=week)}).level == "bad"


def test_a_store_is_as_old_as_its_last_sync(tmp_path: Any, monkeypatch: Any) -> None:
    with tgp.connect(sandbox=True, progress=False), tgp.open_store(tmp_path) as store:
        store.sync("Summer Launch", dates="last 30 days")
        assert tgp.ask("data", "Summer Launch", store=store).level == "good"
        later = store.archive.server_time() + pd.Timedelta(days=4)
        monkeypatch.setattr(type(store.archive), "server_time", lambda _: later)
        answer = tgp.ask("data", "Summer Launch", store=store)
        assert (answer.level, answer.totals["outdated"]) == ("bad", 7)
