"""The question how a program does: its finding, order and level, and frames that are missing."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.support.demo_results import demo_frames
from tests.support.payout_frames import NOON
from trackagoat_pandas.asking.health import HEALTH, PARTS
from trackagoat_pandas.asking.kernel import Answer, answered
from trackagoat_pandas.asking.script import Script
from trackagoat_pandas.cli import main
from trackagoat_pandas.errors import MissingColumnError
from trackagoat_pandas.program.frames import ProgramData
from trackagoat_pandas.showing.cells import BLANK
from trackagoat_pandas.showing.recorder import Traced

pytestmark = pytest.mark.filterwarnings("ignore::trackagoat_pandas.TrackaGoatWarning")
ORDER = ["bad", "watch", "unknown"]


def health(*statuses: str) -> pd.DataFrame:
    """Return a health whose parts have these statuses, and are good from there on."""
    parts = dict(zip(PARTS, [*statuses, *["good"] * len(PARTS)], strict=False))
    frame = pd.DataFrame({"part": [*parts], "status": [*parts.values()]})
    frame["evidence"] = "The oldest frame, `analytics`, was loaded " + frame["part"]
    frame["advice"], frame["since"] = "Load it.", pd.Timestamp("2026-06-10")
    worst = next(one for one in ("bad", "unknown", "watch", "good") if one in [*statuses, "good"])
    frame.attrs["trackagoat"] = {"status": worst}
    return frame


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> Any:
    def answer(*statuses: str) -> Answer:
        monkeypatch.setattr(
            "trackagoat_pandas.asking.health.program_health", lambda **_: health(*statuses)
        )
        frames = {"videos": Traced(pd.DataFrame(), "videos")}
        moment = pd.Timestamp("2026-06-18T19:00:00Z")
        return answered(HEALTH, Script("health", ProgramData("P", "", moment, "UTC", frames, {})))

    return answer


@pytest.mark.parametrize(
    ("statuses", "finding"),
    [
        ((), "The program's health is good in all its parts."),
        (("bad",), "The program's health is bad because of data."),
        (("unknown", "watch", "bad", "bad", "unknown"),
         ("The program's health is bad because of views and over-posting;"
          " to be watched: cadence; unknown: data and goals.")),
        (("good", "watch", "unknown"),
         "The program's health is unknown because of views; to be watched: cadence."),
        (("watch", "watch"), "The program's health is to be watched because of data and cadence."),
    ],
)  # fmt: skip
def test_finding_names_the_parts_of_each_status(judged, statuses, finding):
    assert judged(*statuses).finding == finding


def test_parts_that_are_not_good_are_listed_the_worst_first(judged):
    answer = judged("unknown", "watch", "good", "bad")
    assert [*answer.rows.index] == ["over-posting", "cadence", "data"]
    assert [*answer.rows["status"]] == ORDER
    assert {name: answer.totals[name] for name in (*ORDER, "good", "status")} == {
        "bad": 1, "watch": 1, "unknown": 1, "good": len(PARTS) - 3, "status": "bad",
    }  # fmt: skip
    assert answer.level == "bad"


def test_lines_name_frames_as_people_do_and_advise_only_where_it_helps_them(judged):
    bad, unknown = judged("bad", "unknown").lines
    assert bad == "Data: The oldest frame, daily views, was loaded data Load it."
    assert unknown == "Cadence: The oldest frame, daily views, was loaded cadence"
    table = judged("bad", "unknown").table(9)
    assert [str(row[-1]) for row in table] == ["Load it.", BLANK]


def test_rows_are_those_of_program_health(box):
    frames = {name: frame for name, frame in demo_frames(box).items() if name in HEALTH.names}
    answer = tgp.ask("health", frames=frames, now=NOON)
    parts = [one for one in PARTS if one != "forecasts"]
    zone = answer.script.program.zone
    found = tgp.program_health(**frames, parts=parts, now=NOON, timezone=zone).set_index("part")
    assert answer.judged["status"].to_dict() == found["status"].astype(str).to_dict()
    assert answer.level == found.attrs["trackagoat"]["status"]
    spaces = {"tgp": tgp, **frames}
    exec(answer.code.replace("import trackagoat_pandas as tgp", ""), spaces)
    pd.testing.assert_frame_equal(spaces["not_good"], answer.rows)


def test_recorded_forecasts_are_a_part(box):
    forecasts = pd.DataFrame({"is_inside": [], "settles_at": pd.to_datetime([], utc=True)})
    answer = tgp.ask("health", frames={"forecasts": forecasts}, now=NOON)
    assert "forecasts" in answer.judged.index


def test_without_any_frame_nothing_is_known():
    answer = tgp.ask("health", frames={}, now=NOON)
    assert (answer.level, answer.finding) == ("unknown", "None of the program's frames is there.")


def test_a_board_raises_the_error_for_a_missing_column(box):
    videos = demo_frames(box)["videos"].drop(columns="posted_at")
    with pytest.raises(MissingColumnError, match="posted_at"):
        tgp.widgets.HealthBoard(videos=videos)


def test_the_command_ends_with_the_code_of_the_level(capsys):
    code = main(["ask", "health", "Q1 Brand Program", "--sandbox"])
    assert capsys.readouterr().out.startswith(
        "How is the program doing? The program's health is bad because of "
    )
    assert code == main(["ask", "ledger", "Q1 Brand Program", "--sandbox"])
