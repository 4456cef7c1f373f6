"""How rules are read, and what each finds of a program."""

from __future__ import annotations

import dataclasses
import re

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.support.watch_worlds import EVENT, RULES, WatchWorld
from trackagoat_pandas.errors import ArgumentError, ArgumentTypeError
from trackagoat_pandas.helpers.granularity import day_text
from trackagoat_pandas.program.frames import loaded_program
from trackagoat_pandas.program.posts import usual_posts
from trackagoat_pandas.showing.recorder import Traced
from trackagoat_pandas.tables.watch_words import WATCH_RULES
from trackagoat_pandas.watching.evidence import started, who
from trackagoat_pandas.watching.judging import JUDGES, judge_all
from trackagoat_pandas.watching.rules import DEFAULTS, Rule, read_rules


def test_without_rules_all_have_their_defaults():
    assert read_rules() == tuple(DEFAULTS.values())
    assert (*DEFAULTS,) == WATCH_RULES
    assert {*JUDGES} == {*DEFAULTS}


def test_a_dict_changes_some_rules_and_leaves_out_others():
    rules = {one.name: one for one in read_rules({"breakouts": {"fire": 6}, "overposting": False})}
    assert rules["breakouts"] == dataclasses.replace(DEFAULTS["breakouts"], fire=6.0)
    assert "overposting" not in rules
    assert len(rules) == len(DEFAULTS) - 1


def test_a_list_names_the_rules_that_are_followed():
    read = read_rules(["data", {"name": "breakouts", "days": 7}, DEFAULTS["overposting"]])
    assert [one.name for one in read] == ["breakouts", "overposting", "data"]
    assert read[0].options == {"days": 7}


def test_a_file_is_read_as_a_dict(tmp_path):
    place = tmp_path / "rules.toml"
    place.write_text(
        "[goals]\nfire = 0.9\nclear = 0.5\npending = 3\n[captions]\n"
        'required = [["#ad", "#werbung"], "@brand"]\n[ledger]\nenabled = false\n'
    )
    rules = {one.name: one for one in read_rules(place)}
    assert rules["goals"] == Rule("goals", 0.9, 0.5, 3, {"min_days": 7})
    assert rules["captions"].options["required"] == [["#ad", "#werbung"], "@brand"]
    assert "ledger" not in rules
    assert read_rules(str(place)) == read_rules(place)


@pytest.mark.filterwarnings("ignore::trackagoat_pandas.errors.NoDataWarning")
def test_daily_goals_are_watched_where_that_is_asked(client):
    data = loaded_program(
        "Q1 Brand Program", client=client, wanted=["creators", "goals", "videos", "analytics"]
    )
    rules = [read_rules({"goals": {"min_days": days}})[0] for days in (1, 7, 30)]
    periods = [
        {signal.title.split()[0] for signal in JUDGES["goals"](data, rule).signals}
        for rule in rules
    ]
    assert periods == [{"daily", "weekly", "monthly"}, {"weekly", "monthly"}, {"monthly"}]


def test_goals_are_judged_by_their_own_counts_while_the_videos_are_old():
    data = WatchWorld.of(5_060, "quiet").data(EVENT)
    goals = data.frames["goals"].value
    targets = goals["target_value"].astype("Float64")
    reached = goals.assign(target=targets, actual=targets.where(goals.index == 0, 0.0))
    videos = data.frames["videos"].value.copy()
    old = (data.moment - pd.Timedelta(days=1)).isoformat()
    videos.attrs = {"trackagoat": {**videos.attrs["trackagoat"], "server_time": old}}
    changed = {"goals": Traced(reached, "goals"), "videos": Traced(videos, "videos")}
    [rule] = read_rules(["goals"])
    found = JUDGES["goals"](dataclasses.replace(data, frames={**data.frames, **changed}), rule)
    assert found.unknown == f"videos is of {day_text(pd.Timestamp(old).tz_convert(data.zone))}"
    levels = {signal.entity_id: signal.level for signal in found.signals}
    assert levels.pop(goals["goal_id"][0]) == 0.0
    assert all(level >= rule.fire for level in levels.values())


def test_a_post_added_by_url_needs_its_tag_too():
    data = WatchWorld.of(5_060, "quiet").data(EVENT)
    videos = data.frames["videos"].value
    place = videos["posted_at"].where(videos["posted_at"] <= data.moment).idxmax()
    added = videos.copy()
    added.loc[place, ["creator_id", "tracking_status", "title"]] = [None, "direct_add", "an ad"]
    frames = {**data.frames, "videos": Traced(added, "videos")}
    [rule] = read_rules([{"name": "captions", "required": ["#ad"]}])
    found = JUDGES["captions"](dataclasses.replace(data, frames=frames), rule)
    assert [signal.entity_id for signal in found.signals] == [videos["id"][place]]
    assert "lacks #ad" in found.signals[0].sentence


def test_with_a_lower_threshold_to_fire_the_one_to_clear_is_no_higher():
    rules = {one.name: one for one in read_rules({"breakouts": {"fire": 2.0}})}
    assert (rules["breakouts"].fire, rules["breakouts"].clear) == (2.0, 2.0)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"captions": {"required": "#ad\ud83d"}}, 'write terms, such as ["#ad"]'),
        ({"brekout": {}}, "there is no rule 'brekout'. Did you mean 'breakouts'?"),
        ({"goal_at_risk": {"fire": 0.5}}, "the rule 'goal_at_risk' is now called 'goals'"),
        ({"breakouts": {"fir": 1}}, "breakouts has no setting 'fir'. Did you mean 'fire'?"),
        ({"breakouts": {"clear": 9}}, "write a number of at most fire"),
        ({"breakouts": {"fire": "high"}}, "write a number"),
        ({"breakouts": {"fire": float("nan")}}, "write a number"),
        ({"breakouts": {"fire": True}}, "write a number"),
        ({"breakouts": {"fire": 0}}, "write a number above 0"),
        ({"breakouts": {"pending": 0}}, "write whole days, from 1 to 60"),
        ({"breakouts": {"enabled": "yes"}}, "write true or false"),
        ({"breakouts": {"days": 0}}, "write a whole number of at least 1"),
        ({"breakouts": 3}, "write its settings as a table"),
        ({"captions": {"required": []}}, "write terms"),
        ({"captions": {"required": [[]]}}, "write terms"),
        (["nonsense"], "The rules are goals"),
        ("no/such/file.toml", "the file 'file.toml' can't be read"),
    ],
)
def test_wrong_names_and_values_are_refused_with_what_to_write(given, said):
    with pytest.raises(ArgumentError, match="rules") as raised:
        read_rules(given)
    assert said in str(raised.value)


def test_a_file_that_is_no_toml_is_refused(tmp_path):
    place = tmp_path / "rules.toml"
    place.write_text("[breakout\n")
    with pytest.raises(ArgumentError, match=r"'rules\.toml' isn't TOML"):
        read_rules(place)


@pytest.mark.parametrize("given", [3, [3], [{"fire": 1.0}]])
def test_what_are_no_rules_at_all_is_of_the_wrong_type(given):
    with pytest.raises(ArgumentTypeError, match="rules"):
        read_rules(given)


@pytest.fixture(scope="module")
def world():
    return WatchWorld.of(5_002, "many")


@pytest.fixture(scope="module")
def data(world):
    return world.data(EVENT + 9)


@pytest.fixture(scope="module")
def found(data):
    return judged(data)


def judged(data):
    rules = read_rules({**RULES, "budget": {"budget_cents": 30_000_000}})
    found = judge_all(data, rules, data.moment)
    return {rule.name: judgement for rule, judgement in found}


def only(name, data, now=None, **settings):
    rules = read_rules([{"name": name, **settings}])
    ((_, judgement),) = judge_all(data, rules, data.moment if now is None else now)
    return judgement


def firing(found, name):
    return [one for one in found[name].signals if one.level >= DEFAULTS[name].fire]


@pytest.mark.parametrize(
    "name", ["under_fire", "breakouts", "views_taken_back", "overposting", "ledger",
             "captions"]
)  # fmt: skip
def test_a_rule_finds_what_was_planted(world, found, name):
    assert world.planted[name] in {one.entity_id for one in firing(found, name)}


@pytest.mark.filterwarnings("ignore:.*of 1,905 values")
def test_every_rule_can_judge_whole_frames_and_its_evidence_runs(data, found):
    names = {**{name: one.value for name, one in data.frames.items()}, "tgp": tgp, "store": None}
    for name, judgement in found.items():
        assert judgement.unknown == "", name
        for one in judgement.signals[:2]:
            if one.evidence != "store.info()" and "analytics" not in one.evidence:
                assert len(eval(one.evidence, names)), one.evidence


def test_each_sentence_is_one_of_a_capital_and_a_full_stop(found):
    for name, judgement in found.items():
        clear = DEFAULTS[name].clear
        for one in judgement.signals:
            if not one.sentence:
                assert one.level < clear, name
                continue
            assert one.sentence.endswith("."), name
            assert one.sentence[0].isupper() or not one.sentence[0].isalpha(), one.sentence
            assert "\n" not in one.sentence
            assert "nan" not in one.sentence.split(), one.sentence


@pytest.mark.parametrize(
    "name", ["videos", "comments", "goals", "accruals", "forecasts", "history"]
)
def test_without_a_frame_its_rules_are_unknown_and_others_go_on(data, name):
    frames = {one: frame for one, frame in data.frames.items() if one != name}
    lost = dataclasses.replace(data, frames=frames, missing={name: "the store had none"})
    unknown = {rule: one.unknown for rule, one in judged(lost).items() if one.unknown}
    assert unknown
    assert all("the store had none" in why for why in unknown.values())
    assert len(unknown) < len(DEFAULTS) - 1


def test_an_incomplete_frame_can_not_be_judged(data):
    comments = data.frames["comments"].value.copy()
    comments.attrs = {"trackagoat": {**comments.attrs["trackagoat"], "complete": False}}
    frames = {**data.frames, "comments": Traced(comments, "comments")}
    one = only("under_fire", dataclasses.replace(data, frames=frames))
    assert "incomplete" in one.unknown


def test_days_that_are_still_restated_are_waited_out(data, found):
    analytics = data.frames["analytics"].value.copy()
    today = data.moment.tz_convert(data.zone).normalize().tz_localize(None)
    first = today - pd.Timedelta(days=4)
    is_young = (analytics["date"] >= first).to_numpy(bool)
    analytics.loc[is_young, "value"] = 0.0
    frames = {**data.frames, "analytics": Traced(analytics, "analytics")}
    changed = only("views", dataclasses.replace(data, frames=frames))
    assert changed == found["views"]


def test_stale_data_are_counted_in_local_days(data):
    later = data.moment + pd.Timedelta(days=3)
    (one,) = only("data", data, now=later).signals
    assert one.level == 3.0
    assert "last loaded 3 days ago, on 30 Apr 2026" in one.sentence


def test_the_day_after_the_last_of_the_daily_views_counts_as_their_end(data):
    analytics = data.frames["analytics"].value
    last = analytics["date"].max() - pd.Timedelta(days=5)
    shorter = analytics[analytics["date"] <= last]
    shorter.attrs = analytics.attrs
    frames = {**data.frames, "analytics": Traced(shorter, "analytics")}
    (one,) = only("data", dataclasses.replace(data, frames=frames)).signals
    assert one.level == 4.0
    assert "daily views end on" in one.sentence


@pytest.mark.filterwarnings("ignore:.*of 1,905 values")
def test_a_breakout_beside_few_posts_has_a_lower_level(data):
    posts, history = usual_posts(data).value, data.frames["history"].value
    rows = tgp.find_outliers(posts, history=history, now=data.now, timezone=data.zone)
    signals = only("breakouts", data, fire=0.8).signals
    levels = {signal.entity_id: signal.level for signal in signals if signal.is_known}
    assert len(levels) > 3
    for id_, level in levels.items():
        is_it = (rows["id"] == id_).to_numpy(bool)
        is_wave = bool(rows["is_late_wave"].fillna(value=False)[is_it].any())
        assert is_wave or level == pytest.approx(float(rows["z"][is_it].iloc[0])), id_


def test_rules_without_a_budget_or_terms_are_off(data):
    some = ["budget", "captions", "data"]
    assert [rule.name for rule, _ in judge_all(data, read_rules(some), data.moment)] == some[2:]


def test_a_budget_that_lasts_too_short_fires(data):
    spent = int(data.frames["accruals"].value["amount_cents"].sum())
    (gone,) = only("budget", data, budget_cents=spent).signals
    assert (gone.entity, gone.level) == ("program", 30.0)
    assert "is used up" in gone.sentence
    (some,) = only("budget", data, budget_cents=2 * spent, horizon_days=9_000).signals
    days = re.match(
        r"The budget of .* lasts ([\d,]+) more days at .* a day, until (.*?)\.", some.sentence
    )
    count = int(days[1].replace(",", ""))
    assert some.level == pytest.approx(9_000 / count)
    assert days[2] == day_text(data.moment.tz_convert(data.zone) + pd.DateOffset(days=count))
    (wide,) = only("budget", data, budget_cents=100 * spent).signals
    assert wide.level < 0.8


def test_a_sentence_begins_with_a_capital_or_the_name_as_it_is():
    assert started(f"{who(None)} over-posted.") == "A creator without a known handle over-posted."
    assert started(f"{who('mia')} over-posted.") == "@mia over-posted."


@pytest.mark.parametrize(
    "text",
    [
        f"[breakouts]\nfire = {10**400}", "[breakouts]\nfire = nan", "[breakouts]\nfire = inf",
        "[breakouts]\nfire = -inf", f"[breakouts]\ndays = {10**30}", "[breakouts]\ndays = 1e3",
        "[views]\nsettle_days = 1000000", f"[budget]\nbudget_cents = {10**40}",
        "breakout = " + "[" * 100_000,
    ],
)  # fmt: skip
def test_a_file_with_strange_numbers_is_refused(text, tmp_path):
    place = tmp_path / "rules.toml"
    place.write_text(text)
    with pytest.raises(ArgumentError, match="rules"):
        read_rules(place)


@pytest.mark.parametrize("place", ["a\0.toml", "\ud800.toml"])
def test_a_path_that_no_file_can_have_is_refused(place):
    with pytest.raises(ArgumentError, match="can't be read"):
        read_rules(place)
