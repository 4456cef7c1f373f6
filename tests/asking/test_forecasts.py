"""The question whether forecasts were right: its counts, levels, kinds and unknown outcomes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import trackagoat_pandas as tgp
from trackagoat_pandas.asking.forecasts import FORECASTS
from trackagoat_pandas.asking.kernel import Answer, answer_of
from trackagoat_pandas.helpers.intervals import least_share
from trackagoat_pandas.program.frames import ProgramData
from trackagoat_pandas.showing.recorder import Traced
from trackagoat_pandas.watching.judging import JUDGES
from trackagoat_pandas.watching.rules import DEFAULTS

NOW = pd.Timestamp("2026-06-18T19:00:00Z")
VIEWS, PAYOUTS, GOALS = "expected_views", "forecast_payouts", "goal_odds"
Held = list[bool | None]


def held(right: int, missed: int, unknown: int = 0) -> Held:
    return [*[True] * right, *[False] * missed, *[None] * unknown]


def kept(inside: Held, kind: str = VIEWS, **columns: Any) -> pd.DataFrame:
    """Forecasts of a thing each, of which one settles every hour until now."""
    hours = pd.to_timedelta(np.arange(len(inside))[::-1], unit="h")
    return pd.DataFrame(
        {
            "forecast_kind": kind,
            "about_id": [f"90071992547409{place:05}" for place in range(len(inside))],
            "creator_id": "mia",
            "settles_at": NOW - hours,
            "made_at": NOW - hours - pd.Timedelta(days=7),
            "is_inside": pd.array(inside, "boolean"),
        }
    ).assign(**columns)


def asked(*frames: pd.DataFrame, now: Any = NOW) -> Answer:
    forecasts = pd.concat(frames, ignore_index=True)
    facts = {"helper": "score_forecasts", "rows": len(forecasts), "server_time": NOW.isoformat()}
    forecasts.attrs = {"trackagoat": facts}
    return tgp.ask("forecasts", frames={"forecasts": forecasts}, now=now)


@pytest.mark.parametrize(
    ("inside", "level", "finding"),
    [
        ([], "unknown", "No forecast has settled yet."),
        ([True], "unknown", "1 forecast has settled. It takes 20 to say whether they are right."),
        (
            held(0, 19), "unknown",
            "19 forecasts have settled. It takes 20 to say whether they are right.",
        ),
        ([None], "unknown", "No forecast has settled yet. The outcome of 1 isn't known."),
        (held(20, 0), "good", "20 of the last 20 forecasts were right. About 80% should be."),
        (held(12, 8), "good", "12 of the last 20 forecasts were right. About 80% should be."),
        (
            held(11, 9), "watch",
            "11 of the last 20 forecasts were right, fewer than the 80% that should be.",
        ),
        (
            held(9, 11), "bad",
            "9 of the last 20 forecasts were right, far fewer than the 80% that should be.",
        ),
        (held(70, 30), "good", "70 of the last 100 forecasts were right. About 80% should be."),
        (
            held(69, 31), "watch",
            "69 of the last 100 forecasts were right, fewer than the 80% that should be.",
        ),
        (
            held(64, 36), "bad",
            "64 of the last 100 forecasts were right, far fewer than the 80% that should be.",
        ),
        (held(0, 100) + held(80, 20), "good",
         "80 of the last 100 forecasts were right. About 80% should be."),
    ],
)  # fmt: skip
def test_level_and_finding_follow_the_last_hundred(inside: Held, level: str, finding: str) -> None:
    answer = asked(kept(inside))
    assert (answer.level, answer.finding) == (level, finding)
    assert bool(answer.advice) == (level in ("watch", "bad"))
    assert answer.count == (level in ("watch", "bad"))


def test_counts_are_those_of_a_plain_loop() -> None:
    dice = np.random.default_rng(3)
    views, payouts = (
        [None if chance < 0.05 else bool(chance < 0.8) for chance in dice.random(count)]
        for count in (130, 60)
    )
    half_an_hour = pd.Timedelta(minutes=30)  # no two settle at once
    frames = [kept(views), kept(payouts, PAYOUTS), kept([None] * 40, GOALS)]
    frames[1]["settles_at"] -= half_an_hour
    earlier = frames[0].assign(made_at=NOW - pd.Timedelta(days=30), is_inside=False)
    answer = asked(*[frame.sample(frac=1.0, random_state=5) for frame in (*frames, earlier)])
    outcomes = dict[str, list[tuple[pd.Timestamp, bool]]](all=[], views=[], payouts=[])
    for word, frame in zip(("views", "payouts"), frames, strict=False):
        for place, row in enumerate(frame.to_dict("records")):
            # Where the later forecast has no outcome, the earlier one counts.
            inside = False if word == "views" and pd.isna(row["is_inside"]) else row["is_inside"]
            if not pd.isna(inside):
                outcomes[word].append((row["settles_at"], inside))
                outcomes["all"].append((row["settles_at"], inside))
            assert pd.isna(row["is_inside"]) == ((views, payouts)[word == "payouts"][place] is None)
    for word, known in outcomes.items():
        last = [inside for _, inside in sorted(known)[-100:]]
        row = answer.judged.loc[word]
        assert (row["settled"], row["right"]) == (len(last), sum(last))
        assert row["missed_low"] == pytest.approx(least_share(len(last) - sum(last), len(last)))


def test_kinds_have_rows_of_their_own_and_all_together_decide() -> None:
    answer = asked(kept(held(80, 0)), kept(held(9, 11), PAYOUTS))
    assert answer.judged["forecast_of"].tolist() == ["all", "views", "payouts"]
    assert answer.judged[["settled", "right"]].to_numpy().tolist()[1:] == [[80, 80], [20, 9]]
    assert answer.level == "good"
    assert answer.rows["forecast_of"].tolist() == ["payouts"]
    assert answer.finding == (
        "89 of the last 100 forecasts were right. About 80% should be. 9 of the last 20 forecasts"
        " of payouts were right, far fewer than the 80% that should be."
    )
    cells = [getattr(cell, "text", cell) for cell in answer.table(8)[0]]
    assert cells == ["payouts", "20", "9", "45%", "28%"]


def test_one_kind_alone_has_no_second_row() -> None:
    assert asked(kept(held(9, 11), PAYOUTS)).judged["forecast_of"].tolist() == ["all"]


def test_goals_are_left_out_with_a_note() -> None:
    answer = asked(kept(held(20, 0)), kept([None] * 50, "Goal-Odds"))
    assert (answer.level, answer.totals["settled"]) == ("good", 20)
    assert any("question goals" in note for note in answer.notes)


@pytest.mark.parametrize(
    ("inside", "level"),
    [
        (held(90, 0, 10), "good"), (held(69, 0, 31), "unknown"), (held(55, 31, 14), "unknown"),
        (held(64, 31, 4), "watch"), (held(40, 40, 20), "bad"), (held(19, 0, 5), "unknown"),
        (held(0, 0, 30) + held(100, 0), "good"),
    ],
)  # fmt: skip
def test_unknown_outcomes_count_as_missed_only_where_they_decide(inside: Held, level: str) -> None:
    assert asked(kept(inside)).level == level


def test_unknown_outcomes_that_decide_are_named() -> None:
    assert asked(kept(held(69, 0, 31))).finding == (
        "69 of the last 69 forecasts were right. The outcome of 31 more isn't known. We can't tell"
        " whether that is enough: sync the store again."
    )


@pytest.mark.parametrize("column", ["forecast_kind", "about_id", "settles_at", "made_at"])
def test_forecasts_without_identity_have_no_known_outcome(column: str) -> None:
    whole, lost = kept(held(60, 0)), kept(held(40, 0))
    answer = asked(whole, lost.assign(**{column: lost[column].where(lost[column].isna())}))
    assert answer.totals["settled"] == 60
    assert answer.totals["unknown_outcomes"] == 40
    assert answer.level == "unknown"


def test_forecasts_without_a_creator_are_judged() -> None:
    answer = asked(kept(held(20, 0), creator_id=None))
    assert (answer.level, answer.totals["settled"]) == ("good", 20)


def test_payouts_of_two_creators_by_one_rule_are_two_things() -> None:
    rule = {"about_id": "rule", "settles_at": NOW, "made_at": NOW - pd.Timedelta(days=3)}
    creators = [f"creator {place}" for place in range(20)]
    answer = asked(kept(held(20, 0), PAYOUTS, **rule).assign(creator_id=creators))
    assert answer.totals["settled"] == 20


def test_only_the_last_forecast_of_a_thing_counts() -> None:
    first = kept(held(0, 20))
    again = first.assign(made_at=first["made_at"] + pd.Timedelta(days=1), is_inside=True)
    for frames in ((first, again), (again, first)):
        answer = asked(*frames)
        assert (answer.totals["settled"], answer.totals["right"]) == (20, 20)


def test_forecasts_that_settle_later_are_left_out() -> None:
    forecasts = kept(held(30, 0))
    assert asked(forecasts, now=NOW - pd.Timedelta(hours=5)).totals["settled"] == 25
    assert asked(forecasts, now=forecasts["settles_at"].iloc[19]).totals["settled"] == 20


@pytest.mark.parametrize("zone", ["America/New_York", "Pacific/Apia"])
def test_instants_of_any_zone_and_spelled_kinds_give_the_same(zone: str) -> None:
    start = pd.Timestamp("2026-03-08T05:30:00Z")  # clocks go forward in New York
    hours = pd.to_timedelta(np.arange(40), unit="h")
    forecasts = kept(held(10, 30)).assign(settles_at=start + hours, made_at=start)
    local = forecasts.assign(
        settles_at=forecasts["settles_at"].dt.tz_convert(zone), forecast_kind="Expected Views"
    )
    now = start + pd.Timedelta(hours=30)
    answer, again = asked(forecasts, now=now), asked(local, now=now.tz_convert(zone))
    assert (answer.finding, answer.totals) == (again.finding, again.totals)
    assert answer.totals["settled"] == 31


def test_a_missing_column_is_named() -> None:
    for column in ("is_inside", "settles_at", "about_id"):
        answer = asked(kept(held(30, 0)).drop(columns=column))
        assert answer.level == "unknown"
        assert column in answer.finding


def test_without_a_store_the_answer_gives_the_reason() -> None:
    with tgp.connect(sandbox=True, progress=False):
        answer = tgp.ask("forecasts", "Summer Launch")
    assert answer.finding == "The recorded forecasts are missing: only a store has them."
    assert answer.level == "unknown"


def test_an_empty_frame_has_no_settled_forecast() -> None:
    answer = asked(kept([]))
    assert answer.judged["settled"].tolist() == [0]
    assert answer.judged["missed_low"].isna().all()


@pytest.mark.parametrize("missed", range(0, 101, 4))
def test_alerts_and_health_begin_together(missed: int) -> None:
    answer = asked(kept(held(100 - missed, missed)))
    forecasts = Traced(answer.script.program.data["forecasts"], "forecasts")
    program = ProgramData("Program", "p1", NOW, "UTC", {"forecasts": forecasts}, {})
    rule = DEFAULTS["forecasts"]
    (signal,) = JUDGES[rule.name](program, rule).signals
    assert (signal.entity, signal.entity_id) == ("program", "p1")
    assert (signal.level >= rule.fire) == (answer.level == "bad")
    assert (signal.level >= rule.clear) == (answer.level in ("watch", "bad"))
    health = tgp.program_health(forecasts=forecasts.value, parts="forecasts", now=NOW)
    assert health["status"].iloc[0] == answer.level
    assert health["evidence"].iloc[0] == answer.finding
    found = eval(signal.evidence, {"tgp": tgp, "forecasts": forecasts.value})
    assert found["settled"].tolist() == [100]


def test_alerts_are_of_all_forecasts_of_a_project() -> None:
    forecasts = Traced(pd.concat([kept(held(80, 0)), kept(held(9, 11), PAYOUTS)]), "forecasts")
    answers = [
        answer_of(FORECASTS, ProgramData("", id_, NOW, "UTC", {"forecasts": forecasts}, {}))
        for id_ in ("p1", "p2")
    ]
    watched = [answer.judged[FORECASTS.is_watched(answer, {})] for answer in answers]
    assert [[*rows.index] for rows in watched] == [["p1"], ["p2"]]


def test_code_gives_the_rows() -> None:
    answer = asked(kept(held(9, 11)))
    names: dict[str, Any] = {"forecasts": answer.script.program.data["forecasts"]}
    exec(answer.code, names)
    pd.testing.assert_frame_equal(eval(answer.flagged_rows.code, names), answer.rows)
