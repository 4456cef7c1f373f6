"""The states of alerts: the laws of one step, for any row of findings."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.heavy import examples
from trackagoat_pandas.watching.rules import DEFAULTS, Rule
from trackagoat_pandas.watching.states import (
    REOPEN_DAYS,
    RETURN_DAYS,
    Judgement,
    Memory,
    Signal,
    key_of,
    step,
)

START = pd.Timestamp("2026-06-01T16:00:00Z").as_unit("us")
RULE = Rule("overposting", 3.0, 2.0)
STALE = DEFAULTS["data"]


def signal(level, *, entity_id="ann", period="", is_known=True, sentence="@ann posts a lot."):
    return Signal("creator", entity_id, level, sentence, "videos", period, is_known)


def run(levels, *, rule=RULE, memory=None, first_day=0):
    """Step once a day through levels: a number, None for no finding, "?" for one unknown."""
    memory, shown = memory or begun(rule), []
    for day, level in enumerate(levels, first_day):
        judgement = Judgement(() if level is None else (signal(0.0, is_known=False),)
                              if level == "?" else (signal(level),))  # fmt: skip
        memory, notices = stepped(memory, [(rule, judgement)], day)
        shown.append(notices)
    return memory, shown


def begun(rule=RULE):
    """A memory whose first run is over."""
    return stepped(Memory(), [(rule, Judgement())], -1)[0]


def stepped(memory, judged, day):
    moment = START + pd.Timedelta(days=day)
    return step(memory, judged, moment, project_id="p", zone="UTC")


def said(shown):
    """What each run announced."""
    return [[one.alert.state for one in notices if one.is_new] for notices in shown]


@pytest.mark.parametrize(
    ("period", "day", "why"),
    [
        ("", 40, "No longer so"),
        ("2026-W23", 6, "No longer so"),
        ("2026-W23", 7, "Its week is over"),
        ("2026-06", 29, "No longer so"),
        ("2026-06", 30, "Its month is over"),
        ("2026-06-02", 1, "No longer so"),
        ("2026-06-02", 2, "Its time is over"),
    ],
)
def test_what_ends_says_whether_its_period_is_over(period, day, why):
    memory, _ = stepped(begun(), [(RULE, Judgement((signal(4.0, period=period),)))], 0)
    _, (ended,) = stepped(memory, [(RULE, Judgement())], day)
    assert ended.alert.sentence == f"{why}: @ann posts a lot."


def test_an_alert_fires_at_fire_and_ends_only_below_clear():
    _, shown = run([2.9, 3.0, 2.5, 2.0, 1.9])
    assert said(shown) == [[], ["firing"], [], [], ["resolved"]]


def test_a_condition_has_to_hold_on_days_in_a_row():
    rule = Rule("overposting", 3.0, 2.0, pending=3)
    _, shown = run([3, 3, 1, 3, 3, 3], rule=rule)
    assert said(shown) == [[], [], [], [], [], ["firing"]]
    assert [one.alert.state for one in shown[0]] == ["pending"]


def test_a_second_run_on_the_same_day_counts_no_day():
    rule = Rule("overposting", 3.0, 2.0, pending=2)
    memory, _ = run([3], rule=rule)
    again = [(rule, Judgement((signal(3),)))]
    moment = START + pd.Timedelta(hours=2)
    _, shown = step(memory, again, moment, project_id="p", zone="UTC")
    assert [one.alert.state for one in shown] == ["pending"]


def test_the_first_run_announces_nothing_and_the_end_of_what_it_knew_neither():
    memory, shown = run([5], memory=Memory())
    assert said(shown) == [[]]
    assert [one.alert.state for one in shown[0]] == ["firing"]
    assert said(run([5, 1], memory=memory, first_day=1)[1]) == [[], []]


def test_a_rule_that_is_added_later_has_a_silent_first_run_of_its_own():
    memory, _ = run([1, 1])
    other = DEFAULTS["breakouts"]
    _, shown = stepped(memory, [(other, Judgement((signal(9.0),)))], 3)
    assert said([shown]) == [[]]


def test_what_is_unknown_keeps_its_state():
    _, shown = run([4, "?", "?", 4, 1])
    assert said(shown) == [["firing"], [], [], [], ["resolved"]]
    memory, _ = run([4])
    after, shown = stepped(memory, [(RULE, Judgement(unknown="no videos"))], 5)
    assert after.alerts == memory.alerts
    assert [one.alert.state for one in shown] == ["firing"]


def test_what_is_gone_ends():
    assert said(run([4, None])[1]) == [["firing"], ["resolved"]]


def test_a_short_return_within_a_week_is_silent_and_a_later_one_new():
    _, shown = run([4, 1, 4, 4, 1, 4])
    assert said(shown) == [["firing"], ["resolved"], [], [], [], []]
    _, shown = run([4, 1, *[1] * (REOPEN_DAYS + 1), 4])
    assert said(shown)[-1] == ["firing"]


def test_a_lasting_return_is_announced_once_as_a_new_beginning():
    memory, shown = run([4, 1, *[4] * 6, 1])
    days = [day for day, states in enumerate(said(shown)) if "firing" in states]
    assert days == [0, 1 + RETURN_DAYS]
    assert said(shown)[-1] == ["resolved"]
    first, again = (shown[day][0].alert for day in days)
    assert again.since == first.since + pd.Timedelta(days=2)
    assert {one.since for one in memory.alerts.values()} == {again.since}


def test_a_lasting_return_of_what_the_first_run_knew_is_announced():
    _, shown = run([5, 1, 5, 5, 5, 5], memory=Memory())
    assert said(shown) == [[], [], [], [], ["firing"], []]


def test_a_silenced_end_is_announced_when_the_silence_is_over():
    key = key_of(RULE.name, "creator", "ann", "")
    memory, _ = run([4])
    memory = replace(memory, silenced={key: START + pd.Timedelta(days=20, hours=1)})
    memory, shown = run([1] * 20, memory=memory, first_day=1)
    assert said(shown) == [[]] * 20
    memory, shown = run([None, None], memory=memory, first_day=21)
    assert said(shown) == [["resolved"], []]
    assert memory.alerts == {}


def test_what_could_be_judged_moves_and_the_rest_stays():
    both = (signal(4.0), signal(4.0, entity_id="ben"))
    memory, _ = stepped(begun(), [(RULE, Judgement(both))], 0)
    known = Judgement((signal(0.0), signal(9.0, entity_id="cora")), "videos is of 1 Jun")
    _, shown = stepped(memory, [(RULE, known)], 1)
    states = {one.alert.entity_id: (one.alert.state, one.is_new) for one in shown}
    assert states == {
        "ann": ("resolved", True), "ben": ("firing", False), "cora": ("firing", True)
    }  # fmt: skip


def test_stale_data_mute_all_but_their_own_alert_and_states_stay():
    memory, _ = run([4])
    memory = stepped(memory, [(STALE, Judgement())], 1)[0]
    old = Judgement((Signal("program", "p", 3.0, "Old.", "store.info()"),))
    after, shown = stepped(memory, [(RULE, Judgement()), (STALE, old)], 2)
    assert [(one.alert.rule, one.is_new) for one in shown] == [("data", True)]
    kept = {key: one for key, one in after.alerts.items() if one.rule != "data"}
    assert kept == {key: one for key, one in memory.alerts.items() if one.rule != "data"}


def test_a_silenced_alert_is_announced_when_the_silence_is_over():
    key = key_of(RULE.name, "creator", "ann", "")
    silenced = {key: START + pd.Timedelta(days=1, hours=1)}
    memory, shown = run([4, 4, 4], memory=Memory(begun=begun().begun, silenced=silenced))
    assert said(shown) == [[], [], ["firing"]]
    assert memory.silenced == {}


def test_alerts_of_other_projects_stay():
    memory, _ = run([4])
    after, shown = step(memory, [(RULE, Judgement())], START, project_id="q", zone="UTC")
    assert after.alerts == memory.alerts
    assert shown == []


def test_the_key_depends_on_rule_thing_and_period_and_has_no_text_of_the_api():
    things = [("breakouts", "a", ""), ("breakouts", "a", "2026-W25"), ("breakouts", "b", "")]
    keys = {key_of(rule, "video", id_, period) for rule, id_, period in things}
    keys.add(key_of("overposting", "video", "a", ""))
    assert len(keys) == 4
    assert "<b>" not in key_of("breakouts", "video", "<b>", "")


def test_a_memory_with_earlier_names_of_rules_goes_on_with_todays():
    memory, _ = run([4])
    (alert,) = memory.alerts.values()
    named = json.loads(json.dumps(memory.to_json()).replace(f'"{RULE.name}', '"goal_at_risk'))
    named["silenced"] = dict.fromkeys(named["alerts"], "2026-06-18T19:00:00Z")
    found = Memory.from_json(named)
    (again,) = found.alerts.values()
    assert again.key == key_of("goals", alert.entity, alert.entity_id, alert.period)
    assert again == replace(alert, rule="goals", key=again.key)
    assert [*found.silenced] == [*found.alerts] == [again.key]
    assert [*found.begun[alert.project_id]] == ["goals"]


def test_a_memory_of_another_version_or_shape_is_refused():
    with pytest.raises(ValueError, match="version 2, not 1"):
        Memory.from_json({"version": 2})
    with pytest.raises(ValueError, match="isn't the memory of a watch"):
        Memory.from_json({"version": 1, "alerts": [], "begun": {}, "silenced": {}})


LEVELS = st.one_of(st.none(), st.just("?"), st.floats(0, 6, allow_nan=False))


@settings(max_examples=examples(300), deadline=None)
@given(st.lists(LEVELS, max_size=40), st.integers(1, 4))
def test_announcements_take_turns_and_the_memory_survives_json(levels, pending):
    rule = Rule("overposting", 3.0, 2.0, pending)
    memory, shown = run(levels, rule=rule)
    turns = [state for states in said(shown) for state in states]
    assert turns == ["firing", "resolved"] * (len(turns) // 2) + ["firing"] * (len(turns) % 2)
    assert Memory.from_json(json.loads(json.dumps(memory.to_json()))) == memory


@settings(max_examples=examples(300), deadline=None)
@given(st.lists(LEVELS, max_size=30), st.integers(1, 4))
def test_a_second_run_on_the_same_findings_announces_nothing_and_changes_nothing(levels, pending):
    rule, memory = Rule("overposting", 3.0, 2.0, pending), begun()
    for day, level in enumerate(levels):
        found = () if level is None else (signal(0.0, is_known=False),)
        found = found if level in (None, "?") else (signal(level),)
        memory, _ = stepped(memory, [(rule, Judgement(found))], day)
        again, shown = stepped(memory, [(rule, Judgement(found))], day)
        assert said([shown]) == [[]]
        assert again == memory


@settings(max_examples=examples(300), deadline=None)
@given(st.lists(st.sampled_from([1.0, 2.5, 4.0]), min_size=1, max_size=60))
def test_a_flapping_thing_is_announced_once_an_episode(levels):
    _, shown = run(levels)
    fired = [day for day, states in enumerate(said(shown)) if "firing" in states]
    # Before a second time it was over for longer than a week, or is back for some days.
    for first, second in pairwise(fired):
        was_over = all(level < RULE.fire for level in levels[second - REOPEN_DAYS : second])
        is_back = all(level >= RULE.clear for level in levels[second + 1 - RETURN_DAYS : second])
        assert was_over or is_back
        assert second - first > RETURN_DAYS


@settings(max_examples=examples(200), deadline=None)
@given(st.lists(LEVELS, max_size=30), st.lists(st.booleans(), min_size=30, max_size=30))
def test_stale_days_announce_nothing_else(levels, are_stale):
    memory = stepped(begun(), [(STALE, Judgement())], -1)[0]
    for day, (level, is_stale) in enumerate(zip(levels, are_stale, strict=False)):
        age = Judgement((Signal("program", "p", 5.0 if is_stale else 0.0, "Old.", "x"),))
        found = Judgement(() if level is None or level == "?" else (signal(level),))
        before = memory
        memory, shown = stepped(memory, [(RULE, found), (STALE, age)], day)
        if is_stale:
            assert {one.alert.rule for one in shown} <= {"data"}
            for key, alert in before.alerts.items():
                assert alert.rule == "data" or memory.alerts[key] == alert
