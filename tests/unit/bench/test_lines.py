"""Quantiles, ratios, lines, crossings and drifts of data whose true values are known."""

import pytest

from procsem.bench import statistics
from procsem.bench.statistics import Interval

XS = (0, 100, 400)


def steady(value, batches=8):
    return [[value] * 3] * batches


@pytest.mark.parametrize(
    ("values", "low", "high"),
    [([7], 7, 7), (range(1, 11), 1, 10), (range(11, 0, -1), 2, 10), (range(1, 102), 11, 91)],
)
def test_p10_and_p90(values, low, high):
    assert statistics.p10(list(values)) == low
    assert statistics.p90(list(values)) == high


def test_constant_durations_have_an_interval_of_no_width():
    assert statistics.cost(steady(5)) == Interval(5, 5, 5)


def test_a_disturbance_of_a_batch_cancels_out_in_a_ratio():
    disturbed = [1, 5, 2, 3, 1, 8]
    ratio = statistics.ratio([[3 * each] for each in disturbed], [[each] for each in disturbed])
    assert ratio == Interval(3, 3, 3)


def test_a_typical_ratio_compares_durations_of_the_same_speed():
    """On a machine with two speeds, two first quartiles may come from different speeds."""
    speeds = [1, 2, 2, 1, 2, 2, 2, 1, 2, 2, 2, 2] * 2
    one = [[each] for each in speeds]
    other = [[3 * each if each == 2 else 5 * each] for each in speeds]
    assert statistics.typical_ratio(other, one) == Interval(3, 3, 3)
    assert statistics.ratio(other, one).value > 4


def test_a_ratio_needs_equal_numbers_of_batches():
    with pytest.raises(ValueError, match="argument 2 is longer"):
        statistics.ratio(steady(1, 3), steady(1, 4))
    with pytest.raises(ValueError, match="argument 2 is longer"):
        statistics.typical_ratio(steady(1, 3), steady(1, 4))


@pytest.mark.parametrize(("low", "high", "above"), [(1, 2, True), (-2, -1, False), (-1, 1, None), (0, 1, None)])
def test_a_sign_is_known_if_zero_is_outside(low, high, above):
    assert Interval((low + high) / 2, low, high).above_zero() is above


def test_an_exact_line_is_found_exactly():
    line = statistics.line([(x, steady(2 + 0.05 * x)) for x in XS])
    assert line.at_zero.value == pytest.approx(2)
    assert line.slope.value == pytest.approx(0.05)
    assert line.slope.high - line.slope.low == pytest.approx(0)
    assert line.at(1000) == pytest.approx(52)
    band = line.band(1000)
    assert (band.low, band.high) == (pytest.approx(52), pytest.approx(52))


def test_intervals_of_lines_contain_the_truth_in_95_of_100_cases(bench_files):
    """Check 40 random lines: if 95 % is true, fewer than 33 contain the truth once in a thousand times."""
    # The cost is a first quartile, so the true lines are lower by the factor that it has for very many rounds.
    low = statistics.first_quartile(
        [duration for each in bench_files.noisy(1, "truth", batches=20_000) for duration in each]
    )
    flat = statistics.line([(x, steady(12 * low, batches=12)) for x in XS])
    contained = {"slope": 0, "at zero": 0, "band": 0, "crossing": 0}
    for seed in range(40):
        line = statistics.line([(x, bench_files.noisy(2 + 0.05 * x, f"{seed} {x}")) for x in XS])
        crossing = statistics.crossing(line, flat)
        band = line.band(200)
        contained["slope"] += line.slope.low <= 0.05 * low <= line.slope.high
        contained["at zero"] += line.at_zero.low <= 2 * low <= line.at_zero.high
        contained["band"] += band.low <= 12 * low <= band.high
        contained["crossing"] += crossing.low <= 200 <= crossing.high
        assert band.low < line.at(200) < band.high
    assert min(contained.values()) >= 33, contained


def test_a_band_is_wider_outside_the_measured_range(bench_files):
    line = statistics.line([(x, bench_files.noisy(2 + 0.05 * x, x)) for x in XS])
    near, far = line.band(200), line.band(4000)
    assert far.high - far.low > 5 * (near.high - near.low)


def exact(at_zero, slope):
    return statistics.line([(x, steady(at_zero + slope * x)) for x in XS])


def test_lines_cross_where_the_steeper_one_becomes_slower():
    found = statistics.crossing(exact(1, 0.1), exact(2, 0.05))
    assert (found.value, found.low, found.high) == (pytest.approx(20),) * 3


@pytest.mark.parametrize(
    ("one", "other"),
    [((2, 0.05), (1, 0.1)), ((1, 0.1), (2, 0.1)), ((2, 0.1), (1, 0.05))],
    ids=["the flatter line never overtakes", "parallel", "slower from the beginning"],
)
def test_lines_that_do_not_cross(one, other):
    assert statistics.crossing(exact(*one), exact(*other)) is None


def test_lines_that_differ_by_chance_do_not_cross(bench_files):
    one, other = (statistics.line([(x, bench_files.noisy(5, f"{name} {x}")) for x in XS]) for name in "ab")
    assert statistics.crossing(one, other) is None
    assert statistics.crossing(other, one) is None


def test_equal_input_gives_equal_intervals(bench_files):
    batches = bench_files.noisy(3, "again")
    assert statistics.cost(batches) == statistics.cost(list(batches))


@pytest.mark.parametrize("times", [0.5, 2])
def test_a_drift_is_found_if_the_halves_are_apart(bench_files, times):
    batches = bench_files.noisy(1, "first", noise=0.01) + bench_files.noisy(times, "second", noise=0.01)
    drift = statistics.drift(batches)
    assert drift.low <= times <= drift.high
    assert drift.value == pytest.approx(times, rel=0.02)


def test_no_drift_is_found_by_chance_or_in_too_few_batches(bench_files):
    assert statistics.drift(bench_files.noisy(1, "steady", batches=24)) is None
    assert statistics.drift([[1.0]] * 3 + [[2.0]] * 3) is None
    assert statistics.drift([[1.0]] * 4 + [[2.0]] * 4) == Interval(2, 2, 2)
