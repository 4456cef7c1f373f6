from __future__ import annotations

import functools
import itertools
import re

import numpy as np
import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.heavy import part
from tests.support.demo_results import demo_frames
from tests.support.health_worlds import (
    BEGINS,
    ENDS,
    EVENTS,
    PART_OF,
    ZONE,
    comments_of,
    forecasts_of,
    health_world,
)
from tests.support.payout_frames import NOON
from trackagoat_pandas.asking.health import PARTS
from trackagoat_pandas.errors import ArgumentTypeError, ChoiceError
from trackagoat_pandas.helpers.health.statuses import STATUSES
from trackagoat_pandas.helpers.health.supply import FRAMES

pytestmark = pytest.mark.filterwarnings(
    "ignore::trackagoat_pandas.errors.IncompleteFrameWarning",
    "ignore::trackagoat_pandas.errors.MismatchedFramesWarning",
    "ignore::trackagoat_pandas.errors.NoDataWarning",
    "ignore::trackagoat_pandas.errors.ContractWarning",
)
PROGRAMS = part(200, 40, 3)
DAY = 250


@functools.cache
def world_of(seed):
    event = ("quiet", *EVENTS)[seed % 6]
    return health_world(seed, event, creators=8, posts=800)


def frames_of(seed, day=DAY):
    world, dice = world_of(seed), np.random.default_rng(seed)
    frames = world.frames(day)
    frames["comments"] = comments_of(world, day, seed, bad=dice.choice([0.1, 0.4, 0.7]))
    frames["forecasts"] = forecasts_of(world, day, seed, held=dice.choice([0.5, 0.8]))
    return frames


def health_of(frames, now=None, **options):
    return tgp.program_health(**frames, now=now, timezone=ZONE, **options)


def statuses_of(health):
    return dict(zip(health["part"].astype(str), health["status"].astype(str), strict=True))


def whole_of(health):
    return health.attrs["trackagoat"]["status"]


def without_rows(frames, name, dice):
    kept = frames[name].sample(frac=dice.uniform(0.0, 0.98), random_state=int(dice.integers(99)))
    return {**frames, name: kept}


def without_frame(frames, name, _dice):
    return {other: frame for other, frame in frames.items() if other != name}


def incomplete(frames, name, _dice):
    return {**frames, name: with_facts(frames[name], complete=False)}


def without_facts(frames, name, dice):
    bare = without_rows(frames, name, dice)[name].copy()
    bare.attrs = {}
    return {**frames, name: bare}


def stale(frames, name, dice):
    loaded = pd.Timestamp(frames[name].attrs["trackagoat"]["server_time"])
    earlier = (loaded - pd.Timedelta(days=dice.uniform(0.0, 40.0))).isoformat()
    return {**frames, name: with_facts(frames[name], server_time=earlier, fetched_at=earlier)}


def a_shorter_load(frames, name, dice):
    """As if fewer days were loaded, so that all rows of them are there."""
    if name != "analytics":
        return without_rows(frames, name, dice)
    days = frames[name]["date"]
    kept = frames[name][days > days.max() - pd.Timedelta(days=int(dice.integers(0, 170)))]
    return {**frames, name: with_facts(kept.copy(), rows=len(kept))}


LOSSES = [without_rows, without_frame, incomplete, without_facts, stale, a_shorter_load]


def with_facts(frame, **facts):
    changed = frame.copy()
    changed.attrs = {"trackagoat": {**frame.attrs["trackagoat"], **facts}}
    return changed


@pytest.mark.parametrize("seed", range(5_000, 5_000 + PROGRAMS))
def test_no_lost_data_make_a_program_or_a_part_better_than_unknown(seed):
    frames, dice = frames_of(seed), np.random.default_rng(seed)
    now = world_of(seed).noon(DAY).isoformat()
    before = health_of(frames, now)
    for lose in LOSSES:
        name = dice.choice([*FRAMES])
        after = health_of(lose(frames, name, dice), now)
        for each, status in statuses_of(after).items():
            earlier = statuses_of(before)[each]
            is_better = STATUSES.index(status) > max(STATUSES.index(earlier), 1)
            assert not is_better, f"{lose.__name__} of {name}: {each} was {earlier}, is {status}"
        assert (whole_of(after) == "bad") == ("bad" in statuses_of(after).values())
        assert whole_of(after) != "good" or {*statuses_of(after).values()} == {"good"}
    scored = health_of(frames, now, score=True)
    assert int(scored["share"].sum()) == scored["score"].iloc[0]


def test_without_frames_all_is_unknown():
    health = tgp.program_health()
    assert {*health["status"]} == {"unknown"}
    assert whole_of(health) == "unknown"
    assert health["since"].isna().all()
    assert health["advice"].notna().all()


def test_the_status_of_the_whole_is_in_the_first_line_of_show():
    world = world_of(5_000)
    shown = health_of(frames_of(5_000), world.noon(DAY).isoformat()).goat.show()
    status = whole_of(shown.frame)
    assert shown.text.splitlines()[0].startswith(f"Program health: {status}")


def test_chosen_parts_are_judged_alone_and_need_only_their_frames():
    frames = frames_of(5_000)
    given = {name: frames[name] for name in ("videos", "creators")}
    now = world_of(5_000).noon(DAY).isoformat()
    health = health_of(given, now, parts=["cadence", "data", "over-posting"])
    assert [*health["part"]] == ["data", "cadence", "over-posting"]
    assert "unknown" not in {*health["status"]}


def test_a_part_that_there_isnt_is_refused():
    with pytest.raises(ChoiceError, match="cadence"):
        tgp.program_health(parts="rhythm")


@pytest.mark.parametrize("wrong", [[], {}, "videos.csv", 3])
def test_what_is_no_frame_is_refused(wrong):
    with pytest.raises(ArgumentTypeError, match="videos"):
        tgp.program_health(videos=wrong)


@pytest.mark.parametrize(
    ("name", "column"),
    [("accruals", "amount_cents"), ("payments", "amount_cents"), ("payments", "status")],
)
def test_payouts_are_unknown_without_columns_of_the_ledger(box, name, column):
    ledger = {each: demo_frames(box)[each] for each in ("accruals", "payments")}
    ledger[name] = ledger[name].drop(columns=column)
    found = health_of(ledger, NOON, parts=["payouts"]).iloc[0]
    assert found["status"] == "unknown"
    assert re.search(f"{column}.*load_payout_{name}", found["evidence"])


def test_empty_frames_of_complete_loads_say_that_nothing_is_wrong_or_known():
    frames = frames_of(5_000)
    empty = {name: with_facts(frame.head(0), rows=0) for name, frame in frames.items()}
    found = statuses_of(health_of(empty, world_of(5_000).noon(DAY).isoformat()))
    assert found == {
        "data": "good", "cadence": "unknown",
        "views": "unknown", "over-posting": "good", "goals": "good", "sentiment": "unknown",
        "payouts": "good", "forecasts": "unknown",
    }  # fmt: skip


def test_frames_of_two_projects_are_no_program():
    frames = frames_of(5_000)
    other = {"project_id": "00000000-0000-4000-8000-00000000000b"}
    frames["creators"] = with_facts(frames["creators"], params=other)
    health = health_of(frames, world_of(5_000).noon(DAY).isoformat())
    assert statuses_of(health)["data"] == "bad"
    assert statuses_of(health)["cadence"] == "unknown"
    evidence = health.set_index("part")["evidence"]
    assert "of another project" in evidence["data"]


def test_frames_of_last_month_are_bad_and_say_nothing_of_today():
    health = health_of(frames_of(5_000), world_of(5_000).noon(DAY + 30).isoformat())
    found = statuses_of(health)
    assert found.pop("data") == "bad"
    assert {*found.values()} == {"unknown"}


@pytest.mark.parametrize(
    ("hours", "status"), [(23, "good"), (25, "watch"), (47, "watch"), (73, "bad")]
)
def test_data_are_watched_after_a_day_and_bad_after_three(hours, status):
    now = world_of(5_000).noon(DAY) + pd.Timedelta(hours=hours)
    found = statuses_of(health_of(frames_of(5_000), now.isoformat()))
    assert found["data"] == status


def test_before_there_are_data_nothing_is_known():
    now = (world_of(5_000).noon(0) - pd.Timedelta(days=400)).isoformat()
    found = statuses_of(health_of(frames_of(5_000), now))
    assert found["cadence"] == found["views"] == found["sentiment"] == "unknown"
    assert "bad" not in found.values()


def test_numeric_ids_give_the_same():
    frames = frames_of(5_001)
    numbers = {name: place for place, name in enumerate(frames["creators"]["id"])}
    numbered = dict(frames)
    for name, column in (
        ("creators", "id"), ("videos", "creator_id"), ("analytics", "entity_id"),
        ("goals", "creator_id"), ("accruals", "creator_id"), ("payments", "creator_id"),
    ):  # fmt: skip
        numbered[name] = frames[name].assign(**{column: frames[name][column].map(numbers)})
    now = world_of(5_001).noon(DAY).isoformat()
    columns = ["status", "part", "since", "evidence"]
    left, right = health_of(frames, now)[columns], health_of(numbered, now)[columns]
    pd.testing.assert_frame_equal(left, right)


@pytest.mark.parametrize("name", [name for name in FRAMES if name != "forecasts"])
def test_a_frame_of_nothing_but_na_never_makes_anything_better(name):
    frames = frames_of(5_002)
    ids = {"id", "goal_id", "entity_id", "date", "metric", "entity", "series_kind"}
    blank = frames[name].assign(**dict.fromkeys({*frames[name].columns} - ids))
    now = world_of(5_002).noon(DAY).isoformat()
    before = statuses_of(health_of(frames, now))
    after = statuses_of(health_of({**frames, name: blank}, now))
    better = [
        each for each, status in after.items()
        if STATUSES.index(status) > max(STATUSES.index(before[each]), 1)
    ]  # fmt: skip
    assert better == []


def with_overposting(frames, now):
    """Add two days on which a creator makes nine posts that almost nobody sees."""
    videos, attrs = frames["videos"], frames["videos"].attrs["trackagoat"]
    days = [now - pd.Timedelta(days=ago) for ago in (3, 4) for _ in range(9)]
    extra = pd.concat([videos.iloc[[0]]] * len(days)).assign(
        id=[f"low {place}" for place in range(len(days))],
        posted_at=pd.array(days, videos["posted_at"].dtype),
        view_count=3,
    )
    every = pd.concat([videos, extra], ignore_index=True)
    every.attrs = {"trackagoat": {**attrs, "rows": len(every)}}
    return {**frames, "videos": every}


def with_rare_rows(frames, now):
    """Add creators who left or never posted, and posts without a creator."""
    creators, videos = frames["creators"], frames["videos"]
    began = (now - pd.Timedelta(days=240)).tz_localize(None).normalize()
    others = creators.iloc[[0, 0]].assign(
        id=["left", "never posted"], tiktok_handle=["left", "never"], is_active=[False, True]
    )
    creators = pd.concat([creators, others], ignore_index=True).assign(tracking_start_date=began)
    guests = videos.iloc[:3].assign(
        id=["guest 0", "guest 1", "guest 2"], creator_id=None, tracking_status="direct_add"
    )
    videos = pd.concat([videos, guests], ignore_index=True)
    for name, frame in (("creators", creators), ("videos", videos)):
        frame.attrs = {"trackagoat": {**frames[name].attrs["trackagoat"], "rows": len(frame)}}
    return {**frames, "creators": creators, "videos": videos}


def blanked(frame, column, is_lost):
    blank = frame.assign(**{column: frame[column].mask(is_lost)})
    blank.attrs = frame.attrs
    return blank


def losses_of(frame, dice):
    """Yield what a frame may lose: all, half or a tenth of a column's values, or half its rows."""
    for column in frame.columns:
        for share in (1.0, 0.5, 0.1):
            yield f"{column}, {share}", blanked(frame, column, dice.random(len(frame)) < share)
    half = with_facts(frame[dice.random(len(frame)) < 0.5], complete=False)
    yield "half of the rows", half
    yield "the frame", None


@pytest.mark.parametrize("name", FRAMES)
@pytest.mark.parametrize("seed", range(5_000, 5_000 + part(24, 6, 2)))
def test_lost_data_never_improve_a_status(seed, name):
    now, dice = world_of(seed).noon(DAY), np.random.default_rng(seed)
    frames = frames_of(seed) if seed % 3 else with_overposting(frames_of(seed), now)
    frames = frames if seed % 2 else with_rare_rows(frames, now)
    parts = [part_ for part_, aspect in PARTS.items() if name in aspect.frames]
    parts += ["data"]
    before = statuses_of(health_of(frames, now.isoformat(), parts=parts))
    better = []
    for loss, left in losses_of(frames[name], dice):
        given = {each: frame for each, frame in frames.items() if each != name}
        given |= {} if left is None else {name: left}
        after = statuses_of(health_of(given, now.isoformat(), parts=parts))
        better += [
            (loss, each, before[each], status) for each, status in after.items()
            if STATUSES.index(status) > max(STATUSES.index(before[each]), 1)
        ]  # fmt: skip
    assert better == []


def good_frames():
    frames = frames_of(5_000)
    now = world_of(5_000).noon(DAY).isoformat()
    return frames, now, statuses_of(health_of(frames, now))


def test_cadence_is_unknown_where_a_creator_lacks_a_status():
    frames, now, before = good_frames()
    assert before["cadence"] == "good"
    is_lost = np.arange(len(frames["creators"])) == 0
    lost = {**frames, "creators": blanked(frames["creators"], "is_active", is_lost)}
    found = health_of(lost, now, parts="cadence").iloc[0]
    assert found["status"] == "unknown"
    assert found["evidence"].endswith("1 post or creator lacks an id or a status.")


@pytest.mark.parametrize(
    ("name", "column", "each", "reason"),
    [
        ("videos", "creator_id", "over-posting", "`videos` lacks 1 value of `creator_id`."),
        ("videos", "is_tracking_disabled", "over-posting", "`is_tracking_disabled`"),
        ("accruals", "created_at", "payouts", "`accruals` lacks 1 value of `created_at`."),
    ],
)
def test_a_part_names_the_values_that_it_lacks(name, column, each, reason):
    frames, now, before = good_frames()
    assert before[each] in ("watch", "good")
    is_lost = np.arange(len(frames[name])) == 0
    lost = {**frames, name: blanked(frames[name], column, is_lost)}
    found = health_of(lost, now, parts=each).iloc[0]
    assert found["status"] == "unknown"
    assert reason in found["evidence"]
    assert found["advice"] == "Load it again."


def test_posts_that_were_added_by_their_url_need_no_creator():
    frames, now, before = good_frames()
    added = with_rare_rows(frames, pd.Timestamp(now))["videos"]
    after = statuses_of(health_of({**frames, "videos": added}, now))
    assert after["over-posting"] == before["over-posting"]


def test_the_line_of_every_part_runs(box):
    frames = demo_frames(box)
    given = {name: frames[name] for name in FRAMES if name in frames}
    known = {**frames, "tgp": tgp, "forecasts": forecasts_of(world_of(5_000), DAY, 1)}
    health = health_of(given, NOON)
    for part_, code in zip(health["part"], health["code"], strict=True):
        found = eval(code, known)
        assert found is not None, part_


QUIET_DAYS, STEP = 50, part(3, 3, 7)
WORLDS = part(20, 4, 1)


@pytest.mark.parametrize("event", EVENTS)
def test_a_bad_part_comes_before_the_planted_event(event):
    missed = []
    for seed in range(6_000, 6_000 + WORLDS):
        world = health_world(seed, event)
        handle = world.creators.set_index("id")["tiktok_handle"][world.victim]
        days = range(BEGINS + ENDS[event] - 1, BEGINS, -4)
        if not any(is_seen(world, day, handle) for day in days):
            missed.append(seed)
    assert len(missed) <= 0.1 * WORLDS, missed


def is_seen(world, day, handle):
    """Return whether the part is bad and names the creators concerned."""
    frames, now = world.frames(day), world.noon(day).isoformat()
    found = health_of(frames, now, parts=PART_OF[world.event]).iloc[0]
    is_named = world.event in ("shock", "backlog") or handle in found["evidence"]
    return found["status"] == "bad" and is_named


def test_in_a_quiet_month_at_most_one_part_becomes_bad_for_nothing():
    false = 0
    for seed in range(6_500, 6_500 + WORLDS):
        world = health_world(seed)
        days = [bad_parts(world, day) for day in range(BEGINS, BEGINS + QUIET_DAYS, STEP)]
        false += sum(false_alarms(days, part_) for part_ in JUDGED)
    assert false / (WORLDS * QUIET_DAYS / 30) <= 1.0, false


JUDGED = ["cadence", "views", "over-posting", "goals", "payouts"]


def bad_parts(world, day):
    """The evidence of each part that is bad on a day."""
    found = health_of(world.frames(day), world.noon(day).isoformat(), parts=JUDGED)
    bad = found[found["status"] == "bad"]
    return dict(zip(bad["part"], bad["evidence"], strict=True))


def false_alarms(days, name):
    """How often a part becomes bad for nothing: a goal that is then missed was no false alarm."""
    false, before = 0, False
    for place, bad in enumerate(days):
        if name in bad and not before:
            lasting = itertools.takewhile(lambda one: name in one, days[place:])
            false += not any("missed" in one[name] for one in lasting)
        before = name in bad
    return false
