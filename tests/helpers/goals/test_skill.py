"""Whether the odds of goals are worth more than the base rate, in simulated programs.

A class is a metric, a period, how much of it has passed, and how a creator goes about it. Its base
rate is the share of its targets that were reached, which can't be known beforehand, so a forecast
that knows nothing scores a little below 0. The seeds were not used to choose the model's constants.
One program is tried, and with `TRACKAGOAT_ORACLES` three, of which more can be asked.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.heavy import HEAVY
from trackagoat_pandas.helpers.goals.backtest import (
    backtest_goal_odds,
    calibrate_goal_odds,
    goal_odds_skill,
)

pytestmark = pytest.mark.oracle

RHYTHMS = ("steady", "weekly", "bursty", "few")
DAYS, KNOWN = 210, 112
MONDAY = pd.Timestamp("2025-11-03")
NOW = f"{MONDAY + pd.Timedelta(days=DAYS):%Y-%m-%d}T00:00:00Z"
SEEDS, ENOUGH, ERRORS = ((301, 302, 303), 250, 0.0) if HEAVY else ((301,), 80, 2.5)
"""The programs, how many forecasts a class must have, and how many standard errors it may miss."""
PASSED = (0.0, 0.5, 0.8) if HEAVY else (0.0, 0.8)
WIDE, NEAR = 0.5, 0.1
"""How far targets lie from what the creator did before they were set."""


def posts_of(rhythm, dice):
    if rhythm == "steady":
        return dice.poisson(dice.uniform(0.4, 2.0), DAYS)
    if rhythm == "weekly":
        is_chosen = np.isin(np.arange(DAYS) % 7, dice.choice(7, 3, replace=False))
        return (is_chosen & (dice.random(DAYS) < 0.88)).astype(int)
    if rhythm == "bursty":
        is_on = np.cumsum(dice.random(DAYS) < 0.13) % 2
        return dice.poisson(np.where(is_on, 2.5, 0.15))
    return dice.poisson(dice.uniform(0.04, 0.2), DAYS)


def views_of(rhythm, posts, dice):
    level, noise = np.exp(dice.normal(8, 1)), np.exp(dice.normal(0, 0.35, DAYS))
    if rhythm == "steady":
        return level * noise
    if rhythm == "weekly":
        return level * noise * np.exp(dice.normal(0, 0.9, 7))[np.arange(DAYS) % 7]
    if rhythm == "bursty":
        steps = dice.normal(0, 0.3, DAYS)
        walk = [0.0]
        for step in steps[1:]:
            walk.append(0.93 * walk[-1] + step)
        return level * noise * np.exp(walk)
    sizes = posts * np.exp(dice.normal(0, 1.2, DAYS)) * level
    return np.convolve(sizes, 0.65 ** np.arange(30))[:DAYS] + 5


def program(seed, spread):
    """Goals, videos and analytics of a program of 24 creators."""
    dice, dates = np.random.default_rng(seed), pd.date_range(MONDAY, periods=DAYS)
    goals, videos, gains = [], [], []
    for place in range(24):
        rhythm = RHYTHMS[place % len(RHYTHMS)]
        name, posts = f"{rhythm}-{place}", posts_of(rhythm, dice)
        views = views_of(rhythm, posts, dice).round()
        stamps = np.repeat(dates, posts) + pd.Timedelta(hours=12)
        videos.append(pd.DataFrame({"creator_id": name, "posted_at": stamps.tz_localize("UTC")}))
        gains.append(pd.DataFrame({"entity_id": name, "date": dates, "value": views}))
        for metric, daily in (("posts", posts), ("views", views)):
            for period, length in (("daily", 1), ("weekly", 7), ("monthly", 30)):
                wanted = daily[:KNOWN].mean() * length * dice.uniform(1 - spread, 1 + spread, 2)
                goals += [(name, metric, period, max(1.0, target)) for target in wanted.round()]
    frame = pd.DataFrame(goals, columns=["creator_id", "metric", "period", "target_value"])
    frame = frame.assign(
        goal_id=frame.index.astype(str),
        start_date=MONDAY + pd.Timedelta(days=KNOWN),
        end_date=pd.NaT,
    ).astype({"end_date": "datetime64[us]"})
    posted = pd.concat(videos).assign(tracking_status="included", is_tracking_disabled=False)
    gained = pd.concat(gains).assign(
        entity="creator", metric="views", series_kind="main", is_partial=False
    )
    return frame, posted, gained


@pytest.fixture(scope="module")
def made():
    """The forecasts of all programs."""
    parts = []
    for spread in (WIDE, NEAR):
        for seed in SEEDS:
            goals, videos, gains = program(seed, spread)
            for passed in PASSED:
                found = backtest_goal_odds(
                    goals, videos, gains, passed=passed, now=NOW, timezone="UTC"
                )
                found = found[(found["period"] != "daily") | (passed == 0)]
                parts.append(found.assign(spread=spread, passed=passed, seed=seed))
    forecasts = pd.concat(parts, ignore_index=True)
    return forecasts.assign(rhythm=forecasts["creator_id"].str.partition("-")[0])


@pytest.fixture(scope="module")
def classes(made):
    """The classes with enough forecasts: their skill and its standard error."""
    names, found = ["spread", "metric", "period", "passed", "rhythm"], {}
    for key, part in made.groupby(names, observed=True):
        score = goal_odds_skill(part).iloc[0]
        if score["forecasts"] >= ENOUGH:
            found[key] = {"skill": float(score["skill"]), "error": error_of(part)}
    return pd.DataFrame(found).T


@pytest.fixture(scope="module")
def skills(classes):
    return classes["skill"]


def error_of(forecasts):
    """The standard error of a skill, by the jackknife: how it varies as each goal is left out.

    The forecasts of one goal are alike, so they are not independent.
    """
    scored = forecasts[(forecasts["chance"] < 1) & forecasts["is_hit"].notna()]
    chance, hit = scored["chance"].astype(float), scored["is_hit"].astype(float)
    each = pd.DataFrame({"hit": hit, "square": (chance - hit) ** 2, "number": 1.0})
    sums = each.groupby([scored["seed"], scored["goal_id"]]).sum()
    rest = sums.sum() - sums
    rate = rest["hit"] / rest["number"]
    skill = 1 - rest["square"] / rest["number"] / (rate * (1 - rate))
    return float(np.sqrt((len(skill) - 1) * skill.var(ddof=0)))


@pytest.mark.parametrize(("spread", "least", "mean"), [(WIDE, -0.03, 0.35), (NEAR, -0.04, 0.2)])
def test_odds_are_worth_more_than_the_base_rate_in_the_mean_and_no_less_in_any_class(
    classes, spread, least, mean
):
    found = classes.loc[spread]
    assert len(found) >= (20 if HEAVY else 14)
    is_worse = found["skill"] <= least - ERRORS * found["error"]
    assert not is_worse.any(), found[is_worse]
    assert found["skill"].mean() > mean


@pytest.mark.parametrize("rhythm", ["steady", "weekly"])
def test_at_the_start_of_a_week_a_steady_creators_odds_are_no_worse_than_the_base_rate(
    skills, rhythm
):
    # Replays drawn towards even odds scored -0.03 and -0.05 here.
    assert skills[NEAR, "views", "weekly", 0.0, rhythm] > -0.01


def test_a_weekday_on_which_a_creator_posts_is_known(skills):
    assert skills[WIDE, "posts", "daily", 0.0, "weekly"] > 0.6


def test_groups_of_chances_come_true_as_often_as_they_say(made):
    """By the interval of each group; outcomes of one creator are alike, so a few are outside."""
    inside = []
    for _, part in made.groupby(["period", "passed", "spread"], observed=True):
        bins = calibrate_goal_odds(part)
        bins = bins[bins["forecasts"] >= ENOUGH // 4]
        inside += bins["mean_chance"].between(bins["hit_rate_low"], bins["hit_rate_high"]).tolist()
    assert len(inside) >= 25
    assert np.mean(inside) >= 0.8
