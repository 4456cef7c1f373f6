"""What a campaign added: by hand, and on simulated programs whose truth is known."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.heavy import ALL, heavy, part
from tests.support import unfamiliar_worlds
from tests.support.campaign_worlds import ZONE, CampaignWorld, campaign_world
from trackagoat_pandas.errors import ArgumentError, ArgumentTypeError, UnknownCampaignError
from trackagoat_pandas.helpers.campaigns.lift import campaign_lift
from trackagoat_pandas.helpers.campaigns.lift_evidence import lift_placebos, lift_weeks
from trackagoat_pandas.helpers.campaigns.placebos import PlaceboTest
from trackagoat_pandas.sandbox.nature import Nature

NOW = "2026-06-18T19:00Z"
SHOCK = Nature(shock=("2026-04-14", 1.4))


def program(
    creators: int = 24,
    *,
    before: int = 12,
    views: float = 1_000.0,
    members: int = 4,
    factor: float = 1.0,
    posts: tuple[int, int] = (1, 1),
    **given: Any,
) -> dict[str, Any]:
    """A post a week of each creator, whose views only a campaign of two weeks changes.

    ``posts`` are how many posts members make in a week of it, and others.
    """
    since = pd.Timestamp("2026-05-04")
    rows = []
    for place in range(creators):
        for week in range(-before, 2):
            is_in = place < members and week >= 0
            number = posts[place >= members] if week >= 0 else 1
            # Views differ between creators and weeks, and by a little noise, so that ranks do.
            level = views * (1 + place) * (1.5 if week % 2 else 1.0)
            noise = 1.0 + 0.01 * ((7 * place + 3 * week) % 5)
            rows += [
                {
                    "id": f"{place} {week} {one}",
                    "creator_id": f"creator {place}",
                    "posted_at": since + pd.Timedelta(days=7 * week + 2, hours=12 + one),
                    "view_count": round(level * noise * (factor if is_in else 1.0)),
                }
                for one in range(number)
            ]
    videos = pd.DataFrame(rows).assign(tracking_status="included")
    videos["posted_at"] = videos["posted_at"].dt.tz_localize("UTC").astype("datetime64[us, UTC]")
    videos["view_count"] = videos["view_count"].astype("Int64")
    return {
        "videos": videos, "members": [f"creator {place}" for place in range(members)],
        "since": "2026-05-04", "until": "2026-05-17", "now": NOW, "timezone": "UTC", **given,
    }  # fmt: skip


def lift_of(given: dict[str, Any]) -> Any:
    return campaign_lift(**given).iloc[0]


def items(**members: list[str]) -> str:
    return json.dumps(
        [{"item_type": kind, "item_id": id_} for kind, ids in members.items() for id_ in ids]
    )


# By hand


def test_twice_the_views_are_a_hundred_percent() -> None:
    row = lift_of(program(factor=2.0))
    assert row["effect"] == pytest.approx(100.0, abs=2.0)
    assert row["views_per_post_effect"] == pytest.approx(100.0, abs=2.0)
    assert row["posts_effect"] == pytest.approx(0.0)
    assert row["low"] < 100.0 < row["high"]
    assert row["p"] <= 0.01
    assert (row["members"], row["donors"], row["weeks_before"], row["weeks"]) == (4, 20, 12, 2.0)
    assert pd.isna(row["refused"])


def test_more_posts_are_apart_from_more_views_a_post() -> None:
    row = lift_of(program(posts=(2, 1)))
    # Half a post is added to those of the campaign, and to those before it.
    assert row["posts_effect"] == pytest.approx(100.0 * (4.5 / 2.5 - 1.0), abs=0.1)
    assert row["views_per_post_effect"] == pytest.approx(0.0, abs=2.0)
    together = (1 + row["posts_effect"] / 100) * (1 + row["views_per_post_effect"] / 100)
    assert row["effect"] == pytest.approx(100.0 * (together - 1.0))


def test_the_order_of_rows_and_the_names_of_columns_beside_do_not_matter() -> None:
    given = program(factor=1.5)
    mixed = given["videos"].sample(frac=1.0, random_state=1).assign(id2=1)
    pd.testing.assert_frame_equal(
        campaign_lift(**given), campaign_lift(**given | {"videos": mixed})
    )


def test_the_last_day_is_in_it() -> None:
    given = program(factor=2.0)
    last = given["videos"]["posted_at"].max()
    assert last.day_name() == "Wednesday"
    shorter = lift_of(given | {"until": "2026-05-13"})
    assert shorter["weeks"] == pytest.approx(10 / 7)
    # Wednesday the 13th is the day of the second post of each creator.
    assert shorter["posts_effect"] == pytest.approx(0.0, abs=1e-9)
    assert shorter["effect"] == pytest.approx(100.0, abs=2.0)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"creators": 22}, "it takes 19 creators outside it, and there are 18"),
        ({"before": 7}, "it takes 8 weeks of posts before it, and there are 7"),
        ({"members": 1}, "it takes 2 creators who posted before and in it, and there is 1"),
        ({"until": "2026-05-09"}, "less than a week of it"),
        ({"members": 0}, "none of its creators has a post in `videos`"),
    ],
)
def test_too_little_is_refused_with_the_reason(changes: dict[str, Any], reason: str) -> None:
    row = lift_of(program(factor=2.0, **changes))
    assert row["refused"] == reason
    assert row[["effect", "low", "high", "p", "posts_effect", "least_without_one"]].isna().all()


def test_a_refused_effect_keeps_what_could_have_been_seen() -> None:
    lift = campaign_lift(**program(creators=20))
    assert 0.0 < lift["smallest_visible"].item() < 5.0
    said = lift.attrs["trackagoat"]["note"]
    assert said.startswith(
        "What the campaign added can't be known: it takes 19 creators outside it"
    )
    assert "would often be missed" in said


def test_weeks_before_are_four_times_as_many() -> None:
    given = program(before=12) | {"since": "2026-04-20", "until": "2026-05-17"}
    assert lift_of(given)["refused"] == "it takes 16 weeks of posts before it, and there are 10"


def test_a_campaign_that_runs_has_the_posts_that_are_old_enough() -> None:
    given = program(factor=2.0, until=None, now="2026-05-20T12:00Z")
    row = lift_of(given)
    assert row["weeks"] == pytest.approx(9 / 7)  # until 12 May: 13 May isn't whole 7 days ago
    young = lift_of(given | {"now": "2026-05-12T12:00Z"})
    assert young["refused"] == "less than a week of it has posts of 7 days and more"


def test_creators_elsewhere_and_own_posts_are_not_compared_with() -> None:
    given = program(factor=1.0)
    videos = given["videos"]
    # The campaign lists a post of a creator outside it; creators 4 and 5 are in another campaign.
    campaigns = pd.DataFrame(
        {
            "id": ["spring", "other", "old"],
            "name": ["Spring", "Other", "Old"],
            "items": [
                items(creator=["creator 0", "creator 1"], video=["23 0 0"]),
                items(creator=["creator 4", "creator 1"]),
                items(creator=["creator 5"]),
            ],
            "created_at": pd.to_datetime(["2026-05-03", "2026-05-10", "2024-01-01"], utc=True),
            "target_at": pd.to_datetime([None, None, "2025-01-01"], utc=True),
        }
    )
    given |= {"members": "Spring", "campaigns": campaigns}
    row = lift_of(given)
    assert (row["members"], row["donors"]) == (2, 21)
    hit = videos.assign(view_count=videos["view_count"].where(videos["id"] != "23 0 0", 10**9))
    assert lift_of(given | {"videos": hit})["effect"] == pytest.approx(row["effect"])
    assert lift_of(given | {"exclude": ["creator 6", "creator 7"]})["donors"] == 19
    assert lift_of(given | {"campaigns": campaigns.drop(columns="created_at")})["donors"] == 20
    with pytest.raises(UnknownCampaignError, match="Sprong"):
        lift_of(given | {"members": "Sprong"})
    creators = pd.DataFrame({"creator_id": ["creator 0", "creator 1"]})
    assert lift_of(given | {"members": creators})["members"] == 2


def test_one_creator_who_weighs_most_is_named() -> None:
    given = program(factor=1.2)
    videos = given["videos"]
    many = videos[videos["creator_id"] == "creator 9"]
    many = [many.assign(id=many["id"] + f" {copy}") for copy in range(400)]
    lift = campaign_lift(**given | {"videos": pd.concat([videos, *many])})
    assert "One of the other creators has" in lift.attrs["trackagoat"]["note"]


def test_the_range_without_one_creator_is_that_of_leaving_each_out() -> None:
    given = program(factor=1.3)
    row = lift_of(given)
    without = [
        campaign_lift(**given | {"exclude": [f"creator {place}"]})["effect"].item()
        for place in range(4, 24)
    ]
    assert row["least_without_one"] == pytest.approx(min(without), abs=0.2)
    assert row["most_without_one"] == pytest.approx(max(without), abs=0.2)


def test_wrong_arguments_say_what_is_wrong() -> None:
    given = program()
    with pytest.raises(ArgumentError, match="it must be 2026-05-04 or later"):
        lift_of(given | {"until": "2026-05-01"})
    with pytest.raises(ArgumentError, match="an id can't be null"):
        lift_of(given | {"members": ["creator 0", None]})
    with pytest.raises(ArgumentTypeError, match="members"):
        lift_of(given | {"members": [1.5]})
    with pytest.raises(ArgumentError, match="timezone"):
        lift_of(given | {"timezone": None})
    with pytest.raises(ArgumentError, match="level"):
        lift_of(given | {"level": 1.0})


def test_numeric_ids_and_missing_views_will_do() -> None:
    given = program(creators=30, factor=2.0)
    videos = given["videos"]
    number = videos["creator_id"].str.removeprefix("creator ").astype("int64") + 10**18
    views = videos["view_count"].mask((number % 10**18 % 7 == 6).to_numpy(bool))
    numeric = videos.assign(creator_id=number, view_count=views)
    row = lift_of(given | {"videos": numeric, "members": [10**18 + place for place in range(4)]})
    assert row["effect"] == pytest.approx(100.0, abs=3.0)
    assert row["donors"] == 30 - 4 - 4


def test_posts_that_are_all_alike_show_no_effect() -> None:
    given = program()
    row = lift_of(given | {"videos": given["videos"].assign(view_count=100)})
    assert pd.isna(row["refused"])
    assert row[["effect", "low", "high"]].tolist() == [0.0, 0.0, 0.0]
    assert row["p"] == 1.0


def test_without_posts_it_is_refused() -> None:
    given = program()
    assert lift_of(given | {"videos": given["videos"].iloc[:0]})["refused"].startswith("none of")
    assert lift_weeks(**given | {"videos": given["videos"].iloc[:0]}).empty
    placebos = lift_placebos(**given | {"videos": given["videos"].iloc[:0]})
    assert placebos["placebo"].tolist() == ["the campaign"]
    assert placebos["effect"].isna().all()


# What it says


def test_the_sentence_is_made_of_the_interval_alone() -> None:
    found = campaign_lift(**program(factor=2.0))
    said = found.attrs["trackagoat"]["note"]
    low, high = found["low"].item(), found["high"].item()
    assert said == (
        f"The campaign's creators got {low:.0f} to {high:.0f} % more views than without it "
        f"(90 % interval). {found['smallest_visible'].item():.0f} % more is seen in 4 of 5 such "
        "campaigns"
    )
    fewer = campaign_lift(**program(factor=0.5)).attrs["trackagoat"]["note"]
    assert "% fewer views than without it" in fewer
    none = campaign_lift(**program()).attrs["trackagoat"]["note"]
    assert none.startswith("No more than chance")
    assert none.endswith("more is seen in 4 of 5 such campaigns")


def test_creators_without_posts_are_counted() -> None:
    given = program(factor=2.0)
    lift = campaign_lift(**given | {"members": [*given["members"], "nobody", "else"]})
    assert "2 of its creators didn't post both before and in it" in lift.attrs["trackagoat"]["note"]


def test_earlier_dates_say_how_often_it_is_right() -> None:
    world = campaign_world(5_001)
    record = campaign_lift(**world.given, backtest=True).attrs["trackagoat"]["record"]
    assert record["calls"] == 25  # from 8 weeks after the first until 8 before the campaign
    assert record["held"] >= 18
    few = campaign_lift(**program(), backtest=True).attrs["trackagoat"]["record"]
    assert few["reason"] == "fewer than 10 earlier dates to try it at"


# Weeks and placebos


def test_weeks_show_the_gap_that_there_is() -> None:
    weeks = lift_weeks(**program(factor=2.0, posts=(2, 1)))
    assert weeks["week"].tolist() == [*pd.date_range("2026-02-09", periods=14, freq="7D")]
    assert weeks["is_campaign"].tolist() == [False] * 12 + [True] * 2
    before, campaign = weeks[:12], weeks[12:]
    assert before["gap"].abs().max() < 5.0
    # Half a post is added to those of each group: 8.5 of 4.5, and 20.5 of 20.5.
    np.testing.assert_allclose(campaign["gap"], 100.0 * (2.0 * 8.5 / 4.5 - 1.0), atol=8.0)
    assert (before["usual_low"] < before["usual_high"]).all()
    assert (campaign["gap"] > campaign["usual_high"]).all()


def test_placebos_are_those_of_the_test() -> None:
    given = program(before=14, factor=1.02)
    placebos = lift_placebos(**given)
    lift = lift_of(given)
    by = placebos.groupby("placebo", observed=False)["effect"]
    assert by.size().tolist() == [1, 1_999, 5]
    assert placebos["effect"][0] == pytest.approx(lift["effect"])
    drawn = placebos["effect"][1:2_000]
    tail = min((drawn >= lift["effect"]).sum(), (drawn <= lift["effect"]).sum())
    assert lift["p"] == pytest.approx(min(2.0 * (1 + tail) / 2_000, 1.0))
    # The latest earlier date is that at which it would have ended the day before.
    assert placebos["since"][2_000] == pd.Timestamp("2026-04-20")


def test_a_refused_campaign_has_no_effect_among_its_placebos() -> None:
    placebos = lift_placebos(**program(creators=20, factor=2.0))
    assert placebos["effect"].isna().tolist()[:2] == [True, False]
    assert "it takes 19 creators" in placebos.attrs["trackagoat"]["note"]


# The test itself


def test_the_interval_has_what_the_test_does_not_reject() -> None:
    dice = np.random.default_rng(5_002)
    values = dice.normal(size=30)
    own = np.arange(30) < 10
    groups = np.array([dice.permutation(own) for _ in range(1_999)])

    def gaps(chosen: Any, numbers: Any) -> Any:
        inside = chosen @ numbers / chosen.sum(axis=1)
        return inside - (~chosen) @ numbers / (~chosen).sum(axis=1)

    def tried(effect: float) -> PlaceboTest:
        left = values - effect * own
        return PlaceboTest(
            gaps(own[None], left)[0], gaps(groups, left), gaps(groups, own.astype(float))
        )

    low, high = tried(0.0).interval(0.9)
    assert tried(low + 1e-9).p >= 0.1
    assert tried(low - 1e-9).p < 0.1
    assert tried(high - 1e-9).p >= 0.1
    assert tried(high + 1e-9).p < 0.1


# On simulated programs


@cache
def lifts(family: str, worlds: int) -> pd.DataFrame:
    """The lifts of a family of worlds, each with its true effect in percent."""
    rows = [
        campaign_lift(**campaign_world(5_000 + seed, **FAMILIES[family]).given)
        for seed in range(worlds)
    ]
    return pd.concat(rows, ignore_index=True).assign(
        truth=100.0 * FAMILIES[family].get("effect", 0.0), family=family
    )


FAMILIES: dict[str, dict[str, Any]] = {
    "random": {},
    "hot": {"given": "hot"},
    "cold": {"given": "cold"},
    "shock": {"nature": SHOCK},
    "plus 20": {"effect": 0.2},
    "trend": {"trend": 0.03},
    "by chance": {"on_schedule": False},
    "short and hot": {"before_weeks": 8, "weeks": 2, "given": "hot"},
    "short and cold": {"before_weeks": 8, "weeks": 2, "given": "cold"},
}
WORLDS = part(200, 40, 6)


def share(flags: Any) -> float:
    return float(np.mean(flags.to_numpy(bool, na_value=False)))


def called(found: pd.DataFrame) -> pd.Series:
    """Which campaigns are said to have an effect; none of the refused ones."""
    return found["p"] < 0.05


@pytest.mark.parametrize("family", ["random", "shock", "by chance"])
def test_campaigns_without_an_effect_are_rarely_called(family: str) -> None:
    found = lifts(family, WORLDS)
    refused = found["refused"].notna()
    few = 1 / len(found)
    assert share(refused) <= max(0.05, few)
    assert called(found).sum() <= (0.08 * len(found) if ALL else 3.0 + 0.05 * len(found))


@pytest.mark.parametrize("family", ["hot", "cold", "short and hot", "short and cold"])
def test_campaigns_of_hot_and_cold_creators_are_refused(family: str) -> None:
    found = lifts(family, WORLDS)
    assert share(called(found)) <= 0.08
    assert share(found["refused"].notna()) >= 0.9


def test_campaigns_after_a_bad_month_are_rarely_called() -> None:
    worlds = part(400, 200, 20)
    found = pd.concat(
        [
            campaign_lift(**unfamiliar_worlds.campaign_after_a_bad_month(seed))
            for seed in range(1, 1 + worlds)
        ]
    )
    # Not all are refused: some of these groups differ by no more than random ones.
    assert 0.2 <= share(found["refused"].isna()) <= 0.9
    assert called(found).sum() <= 0.05 * worlds + (0.0 if worlds >= 200 else 2.0)


def test_a_poor_fit_is_refused_and_a_good_one_is_not() -> None:
    poor = lifts("trend", WORLDS)["refused"]
    assert poor.str.contains("differed from the others").all()
    assert share(lifts("plus 20", WORLDS)["refused"].notna()) <= max(0.05, 1 / WORLDS)


def test_a_fifth_more_is_found_and_the_interval_holds_it() -> None:
    found = lifts("plus 20", WORLDS)
    assert share(called(found)) >= 0.8
    # Of 200 worlds the share itself is known to 0.04 only.
    found = lifts("plus 20", part(400, 40, 6)).dropna(subset=["p"])
    inside = share((found["low"] <= 20.0) & (found["high"] >= 20.0))
    assert (0.86 <= inside <= 0.94) if ALL else inside >= 0.75


def test_p_and_the_interval_never_disagree() -> None:
    for family in FAMILIES:
        found = lifts(family, WORLDS).dropna(subset=["p"])
        without = (found["low"] > 0.0) | (found["high"] < 0.0)
        assert ((found["p"] < 1.0 - 0.9) == without).all()


@heavy
@pytest.mark.parametrize("family", ["random", "by chance"])
def test_the_smallest_visible_effect_is_seen_in_four_of_five(family: str) -> None:
    options, worlds = FAMILIES[family], part(200, 40, 6)
    effect = lifts(family, worlds)["smallest_visible"].mean() / 100.0
    seen = pd.concat(
        campaign_lift(**campaign_world(6_000 + seed, **options, effect=effect).given)
        for seed in range(worlds)
    )
    share_seen = share(called(seen))
    assert (0.74 <= share_seen <= 0.86) if ALL else share_seen >= 0.6


def test_the_demo_is_refused_with_what_could_not_have_been_seen() -> None:
    with tgp.connect(sandbox=True):
        videos = tgp.load_videos("Q1 Brand Program")
        campaigns = tgp.load_campaigns("Q1 Brand Program")
    lift = campaign_lift(
        videos, members="Everyday Goat", campaigns=campaigns, since="2026-05-05"
    ).iloc[0]
    assert "it takes 19 creators" in lift["refused"]
    assert lift["smallest_visible"] > 50.0


def test_days_are_those_of_the_time_zone() -> None:
    world: CampaignWorld = campaign_world(5_000)
    here = campaign_lift(**world.given)
    there = campaign_lift(**world.given | {"timezone": "Asia/Tokyo"})
    assert here["effect"].item() != there["effect"].item()
    assert ZONE == "America/New_York"


def test_a_campaign_that_lists_only_posts_has_no_creators_to_compare() -> None:
    given = program()
    listed = pd.DataFrame({"id": ["c"], "name": ["posts"], "items": [items(video=["v1"])]})
    lift = campaign_lift(**given | {"members": "posts", "campaigns": listed})
    assert lift["refused"].item() == "it lists no creators"


def test_weeks_of_an_effect_that_is_refused_say_so() -> None:
    few, enough = (lift_weeks(**program(factor=2.0, creators=many)) for many in (20, 40))
    said = (
        "The campaign's own effect can't be known: it takes 19 creators outside it, and there are"
    )
    assert few.attrs["trackagoat"]["note"] == f"{said} 16"
    assert "note" not in enough.attrs["trackagoat"]
    title = tgp.plots.lift(few).get_title(loc="left")
    assert title.startswith("The campaign's effect can't be known; beyond the usual gap in ")
    assert (
        tgp.plots.lift(enough)
        .get_title(loc="left")
        .startswith("The campaign's creators were beyond")
    )


def test_views_below_zero_are_not_known() -> None:
    given = program(factor=2.0)
    videos = given["videos"].copy()
    videos["view_count"] = videos["view_count"].where(videos.index % 2 == 0, -1)
    unknown = videos.assign(view_count=videos["view_count"].where(videos["view_count"] >= 0))
    below, missing = (lift_of(given | {"videos": one}) for one in (videos, unknown))
    assert below["effect"] == missing["effect"]
