"""Figures and what their intervals leave open."""

import random

import pytest

from procsem.bench import statistics as figures
from procsem.bench.statistics import Interval


def passes(cost, chance, *, count=8, rounds=5, disturbed=()):
    return [
        [cost * (1 + chance.expovariate(20)) * (10 if number in disturbed else 1) for _ in range(rounds)]
        for number in range(count)
    ]


def straight(chance, at_zero, slope, xs=(0, 100, 500)):
    return figures.line([(x, passes(at_zero + slope * x, chance)) for x in xs])


@pytest.mark.parametrize(
    ("low", "high", "within"),
    [
        (0.95, 1.05, True),
        (0.9, 1.1, True),
        (0.85, 1.05, None),
        (0.95, 1.2, None),
        (1.11, 1.2, False),
        (0.5, 0.89, False),
    ],
)
def test_within_is_the_whole_interval(low, high, within):
    assert Interval((low + high) / 2, low, high).within(0.9, 1.1) is within


def test_below_is_apart():
    one, other, wide = Interval(1, 0.9, 1.1), Interval(2, 1.8, 2.2), Interval(1.5, 0.5, 2.5)
    assert (one.below(other), other.below(one), one.below(wide)) == (True, False, None)


def test_that_more_than_half_is_disturbed_does_not_move_a_cost():
    chance = random.Random(1)
    quiet = figures.cost(passes(1.0, chance))
    busy = figures.cost(passes(1.0, chance, disturbed=range(5)))
    assert quiet.below(busy) is None
    assert busy.value == pytest.approx(quiet.value, rel=0.05)


def test_few_passes_make_wide_intervals():
    chance = random.Random(2)
    uneven = [passes(1 + chance.random(), chance, count=1)[0] for _ in range(40)]
    few, many = figures.cost(uneven[:5]), figures.cost(uneven)
    assert few.high - few.low > many.high - many.low


def test_intervals_hold_the_truth_as_often_as_they_say():
    """Of passes that differ as parents do; the truth is that of very many."""
    chance = random.Random(3)

    def one(count):
        return [passes(chance.lognormvariate(0, 0.1), chance, count=1)[0] for _ in range(count)]

    truth = figures.quartile([duration for each in one(20000) for duration in each])
    for count in (5, 12, 40):
        held = sum(1 for _ in range(200) if (each := figures.cost(one(count))).low <= truth <= each.high)
        assert 0.92 * 200 <= held < 200, f"of {count} passes"


def test_the_line_and_the_crossing_are_found():
    chance = random.Random(4)
    steep, flat = straight(chance, 1.0, 0.01), straight(chance, 3.0, 0.001)
    assert steep.slope.low <= 0.0101
    assert steep.slope.high >= 0.0099
    at = figures.crossing(steep, flat)
    assert at.value == pytest.approx(2 / 0.009, rel=0.1)
    assert figures.crossing(flat, steep) is None


def test_crossings_come_in_the_order_of_the_dearer_rivals():
    chance = random.Random(5)
    fork, server, spawn = straight(chance, 1, 0.01), straight(chance, 2, 0.0001), straight(chance, 4, 0.0001)
    assert figures.crossing(fork, server).below(figures.crossing(fork, spawn)) is True
    assert figures.crossing(fork, spawn).below(figures.crossing(fork, server)) is False
