"""What is planted in a world can be seen in what its API serves."""

from __future__ import annotations

from datetime import timedelta
from statistics import median
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from trackagoat_pandas.sandbox import sandbox
from trackagoat_pandas.sandbox.clock import local_day, parse_instant
from trackagoat_pandas.sandbox.measures import counts
from trackagoat_pandas.sandbox.video_cache import load_videos

NEW_YORK = ZoneInfo("America/New_York")
SEEDS = [7, 1, 20]


@pytest.fixture(scope="module", params=SEEDS)
def box(request):
    with sandbox(seed=request.param) as box:
        yield box


def row_of(box, video_id):
    [row] = box.database.rows("SELECT * FROM videos WHERE id = ?", (video_id,))
    return row


def shown(box, video_id, *instants, metric="views"):
    """The counts of a video at some instants."""
    video = load_videos(box.database, "id = ?", (video_id,))
    return counts(video, np.array([one.timestamp() for one in instants]), metric)[0].tolist()


def test_every_planted_video_counts_from_its_first_minute(box):
    truth = box.truth
    planted = [one.video_id for one in [*truth.breakouts, *truth.bought]] + truth.suppressed
    assert len(set(planted)) == len(planted) >= 12
    for video_id in planted:
        row = row_of(box, video_id)
        assert row["tracking_status"] == "auto_tracked"
        assert not row["is_tracking_disabled"]
        assert row["deleted_at"] is None
        assert row["tracked_ts"] == row["posted_ts"]


def test_videos_break_out_at_once_and_days_after_posting(box):
    waits = [
        (one.onset - parse_instant(row_of(box, one.video_id)["posted_at"])) / timedelta(days=1)
        for one in box.truth.breakouts
    ]
    assert min(waits) == 0
    assert len([wait for wait in waits if wait >= 3]) >= 2
    assert max(waits) <= 9


def test_a_late_breakout_gets_most_of_its_views_after_the_onset(box):
    for one in box.truth.breakouts:
        row = row_of(box, one.video_id)
        if not row["wave_views"]:
            continue
        later = one.onset + timedelta(days=14)
        before, after = shown(box, one.video_id, one.onset, later)
        wave = row["wave_views"]
        assert 0.98 * wave <= after - before <= wave + row["final_views"] - before
        assert one.multiple >= 12 or wave == 30_000_000


def test_a_breakouts_multiple_is_that_of_its_creators_median(box):
    for one in box.truth.breakouts:
        row = row_of(box, one.video_id)
        finals = [
            other["final_views"] for other in box.database.rows(
                "SELECT final_views FROM videos WHERE creator_id = ?", (row["creator_id"],)
            )
        ]  # fmt: skip
        found = (row["final_views"] + row["wave_views"]) / median(finals)
        # The median of a few dozen draws is not the one that they were drawn around.
        assert 0.4 < found / one.multiple < 2.5


def test_views_are_bought_in_three_strengths_and_bring_hardly_any_likes(box):
    assert {one.strength for one in box.truth.bought} == {0.5, 2.0, 6.0}
    for one in box.truth.bought:
        row = row_of(box, one.video_id)
        assert one.views == row["wave_views"] == round(one.strength * row["final_views"])
        assert one.at > parse_instant(row["posted_at"])
        times = one.at, one.at + timedelta(days=2)
        views = np.diff(shown(box, one.video_id, *times))[0]
        likes = np.diff(shown(box, one.video_id, *times, metric="likes"))[0]
        bought = 0.99966 * one.views  # all but exp(-8) have arrived
        assert views >= bought - 1
        assert likes <= row["like_rate"] * (views - bought + 1 + 0.02 * bought) + 1


def test_a_suppressed_video_is_hardly_shown_at_first_and_released_later(box):
    assert box.truth.suppressed
    for video_id in box.truth.suppressed:
        row = row_of(box, video_id)
        posted = parse_instant(row["posted_at"])
        day, week = shown(box, video_id, posted + timedelta(days=1), posted + timedelta(days=7))
        # A noisy audience lives its first week in five to nine days.
        assert day < 0.1 * row["final_views"]
        assert week > 0.9 * row["final_views"]


def test_on_a_day_of_over_posting_some_of_many_posts_are_hardly_seen(box):
    assert len(box.truth.over_posting) >= 2
    for one in box.truth.over_posting:
        posts = [
            row["final_views"]
            for row in box.database.rows(
                "SELECT posted_at, final_views FROM videos WHERE creator_id = ?", (one.creator_id,)
            )
            if local_day(parse_instant(row["posted_at"]), NEW_YORK) == one.day
        ]
        assert len(posts) >= 7
        assert len([views for views in posts if views < 100]) >= 2


def test_one_campaign_of_each_project_has_an_effect(box):
    effects = {one.campaign_id: one for one in box.truth.campaign_effects}
    campaigns = box.database.rows(
        "SELECT campaigns.* FROM campaigns JOIN projects ON projects.id = project_id "
        "JOIN organizations ON organizations.id = org_id "
        "WHERE organizations.name = 'Goatherd Media' AND campaigns.name = 'Everyday Goat'"
    )
    assert effects.keys() == {row["id"] for row in campaigns}
    for row in campaigns:
        assert effects[row["id"]].since == parse_instant(row["created_at"])
        assert effects[row["id"]].factor > 1


def test_a_campaigns_creators_get_more_views_from_its_start_on_by_its_factor():
    with sandbox(creators=60, videos=20_000) as box:
        effect = box.truth.campaign_effects[0]
        videos = load_videos(
            box.database,
            "project_id = (SELECT project_id FROM campaigns WHERE id = ?)",
            (effect.campaign_id,),
        )
        items = box.database.rows(
            "SELECT item_id FROM campaign_items WHERE campaign_id = ?", (effect.campaign_id,)
        )
    members = {row["item_id"] for row in items}
    is_member = np.array([one in members for one in videos.creator_ids])
    since = effect.since.timestamp()
    # Both halves of a creator's posts have one median, so their ratio is what the campaign does.
    ratios = {True: [], False: []}
    for places in videos.by_creator().values():
        views, is_later = videos.curves["final_views"][places], videos.posted_ts[places] >= since
        if is_later.sum() > 100 and (~is_later).sum() > 100:
            ratio = np.median(views[is_later]) / np.median(views[~is_later])
            ratios[bool(is_member[places[0]])].append(ratio)
    assert min(map(len, ratios.values())) >= 8
    assert median(ratios[True]) / median(ratios[False]) == pytest.approx(effect.factor, rel=0.12)


def test_the_seed_varies_what_is_planted():
    planted = []
    for seed in (1, 2):
        with sandbox(seed=seed) as box:
            truth = box.truth
            planted.append(
                (truth.breakouts, truth.bought, truth.suppressed, truth.over_posting,
                 truth.campaign_effects, truth.ledger_errors)
            )  # fmt: skip
    assert all(one != other for one, other in zip(*planted, strict=True))


def test_a_world_in_a_file_keeps_what_was_planted(tmp_path):
    options = {"creators": 6, "days": 60, "path": tmp_path / "world.sqlite"}
    with sandbox(**options) as box:
        planted = box.truth.breakouts, box.truth.bought, box.truth.ledger_errors
    with sandbox(**options) as again:
        truth = again.truth
        assert (truth.breakouts, truth.bought, truth.ledger_errors) == planted


def test_only_what_is_the_demo_organizations_is_told(box):
    others = box.database.rows(
        "SELECT entity_id FROM planted JOIN campaigns ON campaigns.id = entity_id "
        "JOIN projects ON projects.id = project_id JOIN organizations ON organizations.id = org_id "
        "WHERE organizations.name = 'Alpine Social'"
    )
    assert others
    assert {row[0] for row in others}.isdisjoint(
        one.campaign_id for one in box.truth.campaign_effects
    )
