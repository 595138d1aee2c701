"""Confidence intervals of counted outcomes."""

import time

import pytest

from procsem.model.chance import interval


@pytest.mark.parametrize(
    ("seen", "of", "low", "high"),
    [
        # By scipy.stats.binomtest(seen, of).proportion_ci(0.95, method="exact").
        (7, 20, 0.153909, 0.592189),
        (1, 2, 0.012579, 0.987421),
        (10, 20, 0.271958, 0.728042),
        (1, 50, 0.000506, 0.106471),
        # Newcombe, Statistics in Medicine 17 (1998), table I, method 5.
        (81, 263, 0.2527, 0.3676),
        (15, 148, 0.0578, 0.1617),
        (1, 29, 0.0009, 0.1776),
    ],
)
def test_the_interval_is_that_of_clopper_and_pearson(seen, of, low, high):
    assert interval(seen, of) == pytest.approx((low, high), abs=6e-5)


@pytest.mark.parametrize("of", [1, 3, 20, 50, 300, 5000])
def test_at_no_and_at_only_successes_the_interval_is_one_sided(of):
    assert interval(0, of) == pytest.approx((0, 1 - 0.05 ** (1 / of)))
    assert interval(of, of) == pytest.approx((0.05 ** (1 / of), 1))


@pytest.mark.parametrize("of", [2, 9, 50])
def test_the_failures_have_the_complement_as_their_interval(of):
    for seen in range(of + 1):
        low, high = interval(seen, of)
        assert interval(of - seen, of) == pytest.approx((1 - high, 1 - low))
        assert low <= seen / of <= high


def test_many_trials_are_fast_and_overflow_nothing():
    began = time.monotonic()
    low, high = interval(2500, 5000)
    assert low == pytest.approx(0.48605, abs=1e-4)
    assert high == pytest.approx(1 - low)
    assert time.monotonic() - began < 5
