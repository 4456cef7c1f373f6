"""What a world's nature says is what its counts show, and its truth lists it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from tests.support.asker import Asker
from tests.support.curve_family import heavy_tails
from trackagoat_pandas.sandbox import Nature, Sandbox, sandbox
from trackagoat_pandas.sandbox.clock import DAY_S, parse_instant
from trackagoat_pandas.sandbox.measures import counts, gained
from trackagoat_pandas.sandbox.video_cache import load_videos

NEW_YORK = ZoneInfo("America/New_York")
NONE: dict[str, Any] = {
    "noise": 0.0, "rhythm": 0.0, "evergreen": 0.0, "fading": 0.0, "second_waves": 0.0,
    "comments_off": 0.0,
}  # fmt: skip
RICH = Nature(
    boosted=0.05, bought=0.06, forms=("crude", "dripped", "bundled"), taken_back=0.5, gaps=0.05,
    streaks=0.4, drift=0.2, over_posting=0.2, hours=(18, 21, 0.5), comments_off=0.1,
)  # fmt: skip


@pytest.fixture(scope="module")
def rich() -> Iterator[Sandbox]:
    with sandbox(seed=11, nature=RICH) as box:
        yield box


def shown(box: Sandbox, video_id: str, *instants: datetime, metric: str = "views") -> list[int]:
    video = load_videos(box.database, "id = ?", (video_id,))
    seconds = np.array([one.timestamp() for one in instants])
    found: list[int] = counts(video, seconds, metric)[0].tolist()
    return found


def posts(box: Sandbox) -> dict[str, np.ndarray]:
    """The creators' posts without a story: views against their creators' habits, and when."""
    rows = box.database.rows(
        "SELECT videos.*, median_views FROM videos JOIN habits USING (creator_id) "
        "WHERE videos.id NOT IN (SELECT entity_id FROM planted)"
    )
    local = [datetime.fromtimestamp(row["posted_ts"], UTC).astimezone(NEW_YORK) for row in rows]
    return {
        "luck": np.log([row["final_views"] / row["median_views"] for row in rows]),
        "tau": np.array([row["tau_days"] for row in rows]),
        "hour": np.array([moment.hour for moment in local]),
        "day": np.array([moment.toordinal() for moment in local]),
        "owner": np.array([row["creator_id"] for row in rows]),
        "posted": np.array([row["posted_ts"] for row in rows]),
    }


def test_a_world_without_a_nature_is_a_sober_one() -> None:
    with sandbox(days=30) as box:
        assert box.truth.nature == Nature()
        assert box.database.rows("SELECT min(noise), min(rhythm) FROM videos")[0][0] == 0.6


def test_a_smooth_world_has_none_of_it() -> None:
    with sandbox(days=30, nature=Nature.smooth()) as box:
        assert box.truth.nature == Nature(**NONE)
        assert box.database.rows("SELECT sum(noise), sum(rhythm) FROM videos")[0][0] == 0.0


def test_a_file_goes_on_with_its_nature(tmp_path: Path) -> None:
    with sandbox(days=40, nature=RICH, path=tmp_path / "world.db"):
        pass
    with sandbox(path=tmp_path / "world.db") as box:
        assert box.truth.nature == RICH
        before = len(box.truth.evergreens)
        assert len(box.advance(timedelta(days=20)).truth.evergreens) > before


def test_one_step_equals_many() -> None:
    def tables(steps: int) -> list[Any]:
        with sandbox(days=40, creators=12, nature=RICH) as box:
            for _ in range(steps):
                box.advance(timedelta(days=12) / steps)
            return [
                [tuple(row) for row in box.database.rows(f"SELECT * FROM {name} ORDER BY rowid")]
                for name in ("videos", "planted", "comments")
            ]

    assert tables(1) == tables(5)


def test_one_setting_leaves_the_posts_of_all_others() -> None:
    times = []
    for nature in (Nature(), Nature(noise=0.0, evergreen=0.0), Nature(comments_off=0.5)):
        with sandbox(days=40, nature=nature) as box:
            times.append([row["posted_ts"] for row in box.database.rows("SELECT * FROM videos")])
    assert times[0] == times[1] == times[2]


def test_hourly_gains_are_noisy_and_follow_the_audiences_day() -> None:
    gains = {}
    for name in ("smooth", "rhythm", "noise"):
        nature = Nature(**NONE | ({} if name == "smooth" else {name: 0.5}))
        with sandbox(seed=5, videos=2_000, nature=nature) as box:
            videos = load_videos(box.database, "final_views > 50000 AND wave_views = 0")
            start = np.ceil(videos.posted_ts / 3_600.0) * 3_600.0 + DAY_S
            edges = start[:, None] + 3_600.0 * np.arange(5.0 * 24 + 1)
            gains[name] = np.diff(counts(videos, edges, "views"), axis=1)
    large = gains["smooth"] > 100
    assert large.sum() > 10_000
    ratio = {name: gains[name] / np.maximum(gains["smooth"], 1) for name in gains}
    # Hours have a coefficient of variation of 1.3 on the tape, and half of it with noise=0.5.
    spread = np.array(
        [ratio["noise"][row][use].std() for row, use in enumerate(large) if use.sum() > 60]
    )
    assert np.median(spread) == pytest.approx(0.65, rel=0.25)
    assert ratio["noise"][large].mean() == pytest.approx(1.0, abs=0.1)
    clock = (edges[:, :-1] // 3_600.0 % 24).astype(int)
    by_hour = np.array([ratio["rhythm"][large & (clock == hour)].mean() for hour in range(24)])
    # The busiest hours are around 20:00 in New York's winter, which is 1:00 UTC.
    assert int(np.argmax(by_hour)) in {0, 1, 2}
    assert by_hour.max() == pytest.approx(1.5, abs=0.15)
    assert by_hour.min() == pytest.approx(0.5, abs=0.15)


def test_noise_changes_no_total() -> None:
    totals = []
    for nature in (Nature(**NONE), Nature(**NONE | {"noise": 1.0, "rhythm": 1.0})):
        with sandbox(seed=5, nature=nature) as box:
            videos = load_videos(box.database, "NOT is_tracking_disabled")
            totals.append(counts(videos, videos.posted_ts[:, None] + 900 * DAY_S, "views").sum())
    assert totals[0] == pytest.approx(totals[1], rel=1e-4)


def test_a_share_of_the_posts_lives_for_a_month_and_more(rich: Sandbox) -> None:
    [row] = rich.database.rows("SELECT count(*) FROM videos")
    evergreens = rich.truth.evergreens
    assert len(evergreens) / row[0] == pytest.approx(0.15, abs=0.04)
    assert not {*evergreens} & {*rich.truth.suppressed}
    late, early = [], []
    for video_id in evergreens[:60]:
        [video] = rich.database.rows("SELECT * FROM videos WHERE id = ?", (video_id,))
        posted = parse_instant(video["posted_at"])
        month, year = shown(
            rich, video_id, posted + timedelta(days=30), posted + timedelta(days=900)
        )
        (late if month < 0.8 * year else early).append(video_id)
    assert len(late) > 3 * len(early)


def test_what_was_advertised_gains_evenly_and_brings_less_engagement(rich: Sandbox) -> None:
    assert len(rich.truth.boosted) > 20
    for one in rich.truth.boosted:
        [row] = rich.database.rows("SELECT * FROM videos WHERE id = ?", (one.video_id,))
        assert one.views == row["wave_views"] >= row["final_views"] - 1
        assert 0.4 <= row["wave_engagement"] <= 0.8
        end = one.at + timedelta(days=row["wave_tau_days"] + 3)
        before, after = shown(rich, one.video_id, one.at, end)
        if row["untracked_ts"] > end.timestamp():
            assert after - before >= one.views - 1


def test_views_are_bought_at_once_dripped_and_with_engagement(rich: Sandbox) -> None:
    forms: dict[str, list[float]] = {"crude": [], "dripped": [], "bundled": []}
    for one in rich.truth.bought:
        day = timedelta(days=1)
        [row] = rich.database.rows("SELECT * FROM videos WHERE id = ?", (one.video_id,))
        if row["taken_views"]:
            continue
        first, second = np.diff(shown(rich, one.video_id, one.at, one.at + day, one.at + 2 * day))
        likes = np.diff(shown(rich, one.video_id, one.at, one.at + day, metric="likes"))[0]
        forms[one.form].append(likes / row["like_rate"] / first)
        if one.strength == 6.0:
            # Dripped ones come evenly over five days; the video's own views are few by then.
            assert (first < 0.5 * one.views) == (one.form == "dripped")
            assert (second > 0.5 * first) == (one.form == "dripped")
    shares = {form: np.median(values) for form, values in forms.items()}
    assert min(len(values) for values in forms.values()) >= 5
    assert shares["crude"] < shares["bundled"] < 1.0


def test_views_are_bought_in_the_strengths_of_the_world() -> None:
    strengths = (0.4, 3.0)
    with sandbox(seed=71, days=60, nature=Nature(bought=0.2, strengths=strengths)) as box:
        assert {one.strength for one in box.truth.bought} == {*strengths}
        box.advance(timedelta(days=40))
        later = box.truth.bought
    assert {one.strength for one in later} == {*strengths}


def test_what_drips_is_taken_back_once_it_has_come() -> None:
    nature = Nature(bought=0.2, forms=("dripped",), taken_back=1.0)
    with sandbox(seed=72, days=60, nature=nature) as box:
        began = {one.video_id: one.at for one in box.truth.bought}
        taken = box.truth.taken_back
    assert taken
    assert all(one.at - began[one.video_id] >= timedelta(days=5) for one in taken)


def test_views_that_are_taken_back_make_a_count_fall(rich: Sandbox) -> None:
    assert len(rich.truth.taken_back) > 10
    second = timedelta(seconds=1)
    for one in rich.truth.taken_back:
        before, after = shown(rich, one.video_id, one.at - second, one.at)
        assert before - after == pytest.approx(one.views, abs=before * 0.01 + 2)
        video = load_videos(rich.database, "id = ?", (one.video_id,))
        assert gained(video, np.array([one.at.timestamp() - 1, one.at.timestamp()]), "views") < 0
        likes = shown(rich, one.video_id, one.at - second, one.at, metric="likes")
        assert likes[1] >= 0


def test_a_gap_shows_nothing_new_and_then_all_at_once(rich: Sandbox) -> None:
    assert len(rich.truth.gaps) > 20
    stepped = 0
    for one in rich.truth.gaps:
        end = one.at + timedelta(days=one.days)
        inside = shown(rich, one.video_id, one.at, one.at + (end - one.at) / 2)
        assert inside[0] == inside[1]
        before, after = shown(rich, one.video_id, end - timedelta(seconds=2), end)
        stepped += after > before
        assert after >= before
    assert stepped > 0.5 * len(rich.truth.gaps)


def test_a_second_wave_comes_weeks_after_posting_and_is_true_once_it_began() -> None:
    with sandbox(nature=Nature(second_waves=0.2), days=60) as box:
        rows = {row["id"]: row for row in box.database.rows("SELECT * FROM videos")}
        waves = box.truth.second_waves
        planted = box.database.rows("SELECT count(*) FROM planted WHERE kind = 'second_wave'")[0][0]
        assert 10 < len(waves) < planted
        for one in waves:
            age = one.at - parse_instant(rows[one.video_id]["posted_at"])
            assert timedelta(days=10) <= age <= timedelta(days=40)
            assert one.at <= box.now
        assert len(box.advance(timedelta(days=15)).truth.second_waves) > len(waves)


def test_what_cannot_be_commented_on_has_no_comments(rich: Sandbox) -> None:
    silent = rich.truth.comments_off
    assert len(silent) > 50
    marks = ", ".join("?" * len(silent))
    sql = f"SELECT count(*) FROM comments WHERE video_id IN ({marks})"
    assert rich.database.rows(sql, silent)[0][0] == 0
    later = rich.now.timestamp()
    videos = load_videos(rich.database, f"id IN ({marks})", silent)
    assert not counts(videos, np.array([later]), "comments").any()
    assert counts(videos, np.array([later]), "likes").any()


def test_the_planted_hours_do_better_and_no_others() -> None:
    with sandbox(seed=3, videos=4_000, nature=Nature(**NONE, hours=(18, 21, 1.0))) as box:
        found = posts(box)
    inside = (found["hour"] >= 18) & (found["hour"] < 21)
    effect = found["luck"][inside].mean() - found["luck"][~inside].mean()
    assert effect == pytest.approx(np.log(2.0), abs=0.12)


def test_over_posting_costs_views_from_the_third_post_of_a_day_on() -> None:
    nature = Nature(**NONE, over_posting=0.5)
    with sandbox(seed=3, videos=15_000, nature=nature) as box:
        found = posts(box)
    order = np.lexsort((found["posted"], found["day"], found["owner"]))
    keys = np.char.add(found["owner"][order], found["day"][order].astype(str))
    starts = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]])
    place = np.arange(len(keys)) - np.repeat(starts, np.diff(np.r_[starts, len(keys)]))
    luck = found["luck"][order]
    first, late = luck[place < 2].mean(), luck[place >= 2].mean()
    assert late - first == pytest.approx(np.log(0.5), abs=0.12)


def test_busy_days_are_hot_days_where_there_are_streaks() -> None:
    def relation(streaks: float) -> float:
        with sandbox(seed=3, videos=8_000, nature=Nature(**NONE, streaks=streaks)) as box:
            found = posts(box)
        means = []
        for owner in np.unique(found["owner"]):
            own = found["owner"] == owner
            weeks = found["day"][own] // 4
            names, of = np.unique(weeks, return_inverse=True)
            numbers = np.bincount(of)
            luck = np.bincount(of, found["luck"][own]) / numbers
            if len(names) > 20:
                means.append(np.corrcoef(numbers, luck)[0, 1])
        return float(np.mean(means))

    assert relation(0.6) > 0.3
    assert abs(relation(0.0)) < 0.12


def test_a_shift_makes_posts_live_longer_and_a_shock_gets_them_fewer_views() -> None:
    change = parse_instant("2026-04-01T04:00:00Z").timestamp()
    nature = Nature(**NONE, shift=("2026-04-01", 1.5), shock=("2026-04-01", 0.5))
    with sandbox(seed=3, videos=4_000, nature=nature) as box:
        found = posts(box)
    later = found["posted"] >= change
    lives = np.log(found["tau"])
    assert lives[later].mean() - lives[~later].mean() == pytest.approx(np.log(1.5), abs=0.06)
    luck = found["luck"]
    assert luck[later].mean() - luck[~later].mean() == pytest.approx(np.log(0.5), abs=0.12)


def test_multiples_drift_over_half_a_year() -> None:
    with sandbox(seed=3, videos=6_000, days=360, nature=Nature(**NONE, drift=0.5)) as box:
        found = posts(box)
    season = np.sin(2.0 * np.pi * found["posted"] / (182.5 * DAY_S))
    slope = np.polyfit(season, np.log(found["tau"]), 1)[0]
    assert slope == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize("luck", [0.5, 0.9, 1.6])
def test_luck_is_as_wide_as_it_is_set(luck: float) -> None:
    with sandbox(seed=3, videos=4_000, nature=Nature(**NONE, luck=luck)) as box:
        found = posts(box)["luck"]
    quartiles = np.quantile(found, [0.25, 0.75])
    assert (quartiles[1] - quartiles[0]) / 1.349 == pytest.approx(luck, rel=0.15)


def test_engagement_falls_as_reach_grows() -> None:
    def slope(fading: float) -> float:
        with sandbox(seed=3, nature=Nature(**NONE | {"fading": fading})) as box:
            rows = box.database.rows(
                "SELECT like_rate, final_views / median_views AS reach FROM videos "
                "JOIN habits USING (creator_id)"
            )
        reach = np.log([row["reach"] for row in rows])
        return float(np.polyfit(reach, np.log([row["like_rate"] for row in rows]), 1)[0])

    assert slope(0.3) - slope(0.0) == pytest.approx(-0.25, abs=0.08)


@pytest.mark.parametrize(("chosen", "sign"), [("hot", 1), ("cold", -1)])
def test_a_campaign_is_given_to_lucky_or_unlucky_creators(chosen: Any, sign: int) -> None:
    nature = Nature(**NONE, campaigns_for=chosen, campaign_effect=1.0)
    with sandbox(seed=3, creators=40, nature=nature) as box:
        [effect, *_] = box.truth.campaign_effects
        assert effect.factor == 1.0
        found = posts(box)
        rows = box.database.rows(
            "SELECT item_id FROM campaign_items WHERE campaign_id = ?", (effect.campaign_id,)
        )
        sql = "SELECT id FROM creators WHERE project_id = (SELECT project_id FROM campaigns"
        peers = [row[0] for row in box.database.rows(f"{sql} WHERE id = ?)", (effect.campaign_id,))]
    since = effect.since.timestamp()
    recent = (found["posted"] < since) & (found["posted"] >= since - 30 * DAY_S)
    recent &= np.isin(found["owner"], peers)
    member = np.isin(found["owner"], [row[0] for row in rows])
    gap = found["luck"][recent & member].mean() - found["luck"][recent & ~member].mean()
    assert sign * gap > 0.2


def test_the_second_family_has_heavier_tails_and_the_same_world() -> None:
    def late_share() -> tuple[float, int]:
        with sandbox(days=90, nature=Nature(**NONE)) as box:
            videos = load_videos(box.database)
            ages = videos.posted_ts[:, None] + DAY_S * np.array([10.0, 400.0])
            some = counts(videos, ages, "views").sum(axis=0)
            return 1.0 - some[0] / some[1], len(videos)

    own, size = late_share()
    with heavy_tails():
        other, other_size = late_share()
    assert size == other_size
    assert own < 0.1 < 0.12 < other < 0.5
    assert late_share()[0] == own


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"noise": 1.5}, "noise=1.5 must be a share from 0 to 1"),
        ({"bought": -0.1}, "bought=-0.1 must be a share from 0 to 1"),
        ({"luck": -1.0}, "luck=-1.0 must be 0 or more"),
        ({"forms": ("polite",)}, "must be some of crude, dripped, bundled"),
        ({"strengths": (0.5, 0.0)}, "must be some factors above 0"),
        ({"strengths": ()}, "must be some factors above 0"),
        ({"campaigns_for": "warm"}, "must be random, hot or cold"),
        ({"hours": (21, 18, 1.0)}, "must be such as"),
        ({"shock": ("2026-04-01", 0.0)}, "must have a factor above 0"),
        ({"shift": ("April", 1.5)}, "Invalid isoformat"),
    ],
)
def test_impossible_settings_are_refused(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Nature(**wrong)


def test_no_request_sees_the_nature(rich: Sandbox) -> None:
    asker = Asker(rich.app, rich.key)
    project = rich.database.rows("SELECT id FROM projects WHERE name = 'Summer Launch'")[0][0]
    texts = [
        asker.send("GET", "/openapi.json").text,
        asker.send("GET", "/videos", project_id=project).text,
        asker.send("GET", "/creators", project_id=project).text,
    ]
    for text in texts:
        assert len(text) > 1_000
        for word in ("wave_", "taken_", "gap_ts", '"tape"', '"noise"', "rhythm", "planted"):
            assert word not in text
