from __future__ import annotations

import numpy as np
import pytest

from trackagoat_pandas.helpers.intervals import least_share, student_quantile, wilson_interval

# With a z of 2 the interval of h of n is (h + 2 -+ 2 sqrt(h (n - h) / n + 1)) / (n + 4).
TWO_SIGMA = 0.9544997361036416


def interval(hits, trials, **options):
    low, high = wilson_interval(np.array([hits]), np.array([trials]), **options)
    return low.tolist() + high.tolist()


@pytest.mark.parametrize(
    ("hits", "trials", "ends"),
    [
        # 4 -+ 2 sqrt(2), over 8
        (2, 4, [0.1464466, 0.8535534]),
        # 11 -+ 2 sqrt(0.9 + 1), over 14
        (9, 10, [0.5887993, 0.9826293]),
        # 3 -+ 2, over 5
        (1, 1, [0.2, 1.0]),
        # 2 -+ 2, over 100
        (0, 96, [0.0, 0.04]),
    ],
)
def test_intervals_worked_out_on_paper(hits, trials, ends):
    assert interval(hits, trials, confidence=TWO_SIGMA) == pytest.approx(ends, abs=1e-7)


def test_the_intervals_of_a_textbook():
    # Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
    low, high = wilson_interval(np.array([81, 15]), np.array([263, 148]))
    assert low.round(4).tolist() == [0.2553, 0.0624]
    assert high.round(4).tolist() == [0.3662, 0.1605]


@pytest.mark.parametrize(
    ("hits", "trials", "is_unknown"), [([0, 3], [0, 4], [True, False]), ([], [], [])]
)
def test_without_trials_there_is_no_interval(hits, trials, is_unknown):
    for end in wilson_interval(np.array(hits, np.int64), np.array(trials, np.int64)):
        assert np.isnan(end).tolist() == is_unknown


@pytest.mark.parametrize("trials", [1, 7, 1_000, 10**12])
def test_the_interval_holds_the_share_and_stays_a_share(trials):
    for hits in (0, trials // 3, trials):
        low, high = interval(hits, trials)
        assert 0 <= low <= hits / trials <= high <= 1


def test_hits_and_misses_are_mirrored():
    low, high = interval(3, 20)
    assert interval(17, 20) == pytest.approx([1 - high, 1 - low])


def test_more_trials_and_less_confidence_narrow_it():
    def width(*given, **options):
        low, high = interval(*given, **options)
        return high - low

    assert width(30, 60) < width(3, 6)
    assert width(3, 6, confidence=0.5) < width(3, 6, confidence=0.99)


@pytest.mark.parametrize(
    ("chance", "freedom", "quantile"),
    [
        (0.975, 1, 12.706), (0.975, 2, 4.303), (0.95, 4, 2.132), (0.975, 10, 2.228),
        (0.9, 30, 1.3104), (0.995, 120, 2.617), (0.5, 7, 0.0),
    ],
)  # fmt: skip
def test_quantiles_of_students_t_are_those_of_tables(chance, freedom, quantile):
    assert student_quantile(chance, freedom) == pytest.approx(quantile, rel=3e-4, abs=1e-9)
    assert student_quantile(1 - chance, freedom) == pytest.approx(-quantile, rel=3e-4, abs=1e-9)


@pytest.mark.parametrize(("hits", "trials"), [(1, 20), (30, 100), (19, 20), (20, 20)])
def test_least_share_is_the_exact_bound(hits, trials):
    low = least_share(hits, trials)
    chances = np.random.default_rng(1).binomial(trials, low, 400_000)
    assert np.mean(chances >= hits) == pytest.approx(0.01, abs=0.001)


def test_least_share_of_all_hits_has_a_closed_form():
    assert least_share(20, 20) == pytest.approx(0.01 ** (1 / 20))
    assert least_share(1, 100, confidence=0.95) == pytest.approx(1 - 0.95 ** (1 / 100))
