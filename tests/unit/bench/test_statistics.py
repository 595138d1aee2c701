"""Costs, ratios, lines and crossings, and how often their intervals contain the truth."""

import random

import pytest

from procsem.bench import statistics
from procsem.bench.statistics import Interval


def batches(cost, generator, *, count=8, rounds=5, disturbed=()):
    return [
        [cost * (1 + generator.expovariate(20)) * (10 if number in disturbed else 1) for _ in range(rounds)]
        for number in range(count)
    ]


def straight(generator, at_zero, slope, xs=(0, 100, 500)):
    return statistics.line([(x, batches(at_zero + slope * x, generator)) for x in xs])


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
def test_an_interval_is_within_bounds_only_as_a_whole(low, high, within):
    assert Interval((low + high) / 2, low, high).within(0.9, 1.1) is within


def test_an_interval_is_below_another_only_without_overlap():
    one, other, wide = Interval(1, 0.9, 1.1), Interval(2, 1.8, 2.2), Interval(1.5, 0.5, 2.5)
    assert (one.below(other), other.below(one), one.below(wide)) == (True, False, None)


def test_disturbing_more_than_half_of_the_batches_does_not_move_the_cost():
    generator = random.Random(1)
    quiet = statistics.cost(batches(1.0, generator))
    busy = statistics.cost(batches(1.0, generator, disturbed=range(5)))
    assert quiet.below(busy) is None
    assert busy.value == pytest.approx(quiet.value, rel=0.05)


def test_few_batches_give_wide_intervals():
    generator = random.Random(2)
    uneven = [batches(1 + generator.random(), generator, count=1)[0] for _ in range(40)]
    few, many = statistics.cost(uneven[:5]), statistics.cost(uneven)
    assert few.high - few.low > many.high - many.low


def test_intervals_contain_the_truth_in_95_of_100_cases():
    """The batches differ as parents do; the truth is the value of very many batches."""
    generator = random.Random(3)

    def one(count):
        return [batches(generator.lognormvariate(0, 0.1), generator, count=1)[0] for _ in range(count)]

    truth = statistics.first_quartile([duration for each in one(20000) for duration in each])
    for count in (5, 12, 40):
        held = sum(1 for _ in range(200) if (each := statistics.cost(one(count))).low <= truth <= each.high)
        assert 0.92 * 200 <= held < 200, f"with {count} batches"


def test_lines_and_their_crossing_are_found():
    generator = random.Random(4)
    steep, flat = straight(generator, 1.0, 0.01), straight(generator, 3.0, 0.001)
    assert steep.slope.low <= 0.0101
    assert steep.slope.high >= 0.0099
    at = statistics.crossing(steep, flat)
    assert at.value == pytest.approx(2 / 0.009, rel=0.1)
    assert statistics.crossing(flat, steep) is None


def test_a_crossing_with_a_slower_line_comes_later():
    generator = random.Random(5)
    fork, server, spawn = straight(generator, 1, 0.01), straight(generator, 2, 0.0001), straight(generator, 4, 0.0001)
    assert statistics.crossing(fork, server).below(statistics.crossing(fork, spawn)) is True
    assert statistics.crossing(fork, spawn).below(statistics.crossing(fork, server)) is False
