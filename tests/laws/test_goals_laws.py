"""Laws of goals that hold for all inputs."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.heavy import HEAVY
from tests.support.goal_frames import NEW_YORK, goals, videos
from trackagoat_pandas.helpers.gains import RunningTotals
from trackagoat_pandas.helpers.goals.evaluation import evaluate_goals, goal_history
from trackagoat_pandas.helpers.goals.replay import LOOKBACK_DAYS, replay
from trackagoat_pandas.helpers.goals.standing import Standing, product_difference

whole = st.integers(0, 2**53)
START = np.datetime64("2026-06-01", "us")
HOURS = [f"2026-{month:02}-{day:02}T{hour:02}:30:00Z" for month in (3, 4) for day in range(1, 31)
         for hour in (3, 4, 5, 16)]  # fmt: skip
some_posts = st.lists(st.sampled_from(HOURS), max_size=30).map(lambda posted: videos(*posted))


@settings(max_examples=200 if HEAVY else 100, deadline=None)
@given(whole, whole, whole, whole)
def test_products_compare_as_they_do_in_exact_arithmetic(a, b, c, d):
    exact = a * b - c * d
    found = product_difference(*(np.array([float(number)]) for number in (a, b, c, d)))[0]
    assert np.sign(found) == (exact > 0) - (exact < 0)


def status_of(actual, target, passed, length):
    """The contract's words in fractions."""
    if passed >= length:
        return "completed" if actual >= target else "missed"
    if passed == 0 or target == 0:
        return "on_track"
    pace = Fraction(actual, target) / Fraction(passed, length)
    return "on_track" if pace >= 1 else "behind_pace" if pace >= Fraction(7, 10) else "at_risk"


@settings(max_examples=300 if HEAVY else 150, deadline=None)
@given(
    st.integers(0, 60),
    st.integers(0, 60),
    st.integers(0, 31 * 24 * 3_600),
    st.sampled_from([23, 24, 25, 7 * 24, 7 * 24 + 1, 30 * 24, 31 * 24 - 1]),
)
def test_a_status_is_what_fractions_say(actual, target, passed_s, length_h):
    standing = Standing(
        np.array([START]),
        np.array([START + np.timedelta64(length_h, "h")]),
        np.array([START + np.timedelta64(passed_s, "s")]),
        np.array([True]),
        np.array([float(target)]),
        np.array([float(actual)]),
    )
    assert standing.status.tolist() == [status_of(actual, target, passed_s, length_h * 3_600)]
    assert 0 <= standing.percentage[0] <= 100


@settings(max_examples=100 if HEAVY else 50, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 9), st.integers(-5, 5)), max_size=40),
    st.lists(st.tuples(st.integers(-1, 4), st.integers(-1, 11), st.integers(-1, 11)), max_size=20),
)
def test_running_totals_sum_what_a_loop_would(entries, spans):
    series, times, values = np.array(entries, np.int64).reshape(-1, 3).T
    running = RunningTotals(pd.Series(series), times, values)
    which, begin, end = np.array(spans, np.int64).reshape(-1, 3).T
    counts, totals = running.between(pd.Series(which), begin, end)
    for place, (one, low, high) in enumerate(spans):
        inside = [value for own, time, value in entries if own == one and low <= time < high]
        assert (totals[place], counts[place]) == (sum(inside), len(inside))


@settings(max_examples=30 if HEAVY else 12, deadline=None)
@given(some_posts)
def test_a_months_posts_are_those_of_its_days(posts):
    frame = goals({"period": "monthly"}, {"period": "daily"}, start_date="2026-03-01")
    history = goal_history(frame, posts, now="2026-05-01T12:00Z", timezone=NEW_YORK)
    month = history["period_start"].dt.tz_convert(NEW_YORK).dt.month
    totals = history.groupby(["period", month], observed=True)["actual"].sum()
    assert totals["monthly"].tolist() == totals["daily"].tolist()


@settings(max_examples=30 if HEAVY else 12, deadline=None)
@given(some_posts, st.randoms(use_true_random=False), st.sampled_from(["2026-03-08", "2026-04-12"]))
def test_the_order_of_rows_changes_nothing(posts, random, day):
    frame = goals({}, {"period": "daily"}, {"period": "monthly"}, {"creator_id": "b"})
    options = {"now": "2026-05-01T12:00Z", "timezone": NEW_YORK, "reference_date": day}
    expected = evaluate_goals(frame, posts, **options)
    order = random.sample(range(4), 4)
    mixed = random.sample(range(len(posts)), len(posts))
    found = evaluate_goals(frame.iloc[order], posts.iloc[mixed], **options)
    pd.testing.assert_frame_equal(found.sort_index(), expected)


histories = st.lists(
    st.one_of(st.integers(0, 50).map(float), st.just(np.nan)), min_size=40, max_size=LOOKBACK_DAYS
)


@settings(max_examples=60 if HEAVY else 25, deadline=None)
@given(histories, st.integers(1, 14), st.booleans())
def test_a_chance_is_never_0_or_1_and_falls_as_more_is_needed(past, days, can_fall):
    needed = np.arange(0.0, 400.0, 7.0)
    history = np.full((2, LOOKBACK_DAYS), np.nan)
    history[:, LOOKBACK_DAYS - len(past) :] = past
    history[1] = history[1, ::-1]
    program = replay(history, float(days), can_fall=can_fall)
    chance = program.chances(np.zeros(len(needed), int), needed)
    known = chance[~np.isnan(chance)]
    assert len(known) in {0, len(needed)}
    assert ((known > 0) & (known < 1)).all()
    assert (np.diff(known) <= 1e-12).all()
