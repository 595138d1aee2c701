"""Lines, their bands and their crossings, and drifts: what is known beforehand is found, and the intervals hold it."""

import pytest

from procsem.bench import statistics as figures
from procsem.bench.statistics import Interval

XS = (0, 100, 400)


def steady(value, passes=8):
    return [[value] * 3] * passes


@pytest.mark.parametrize(
    ("values", "low", "high"),
    [([7], 7, 7), (range(1, 11), 1, 10), (range(11, 0, -1), 2, 10), (range(1, 102), 11, 91)],
)
def test_a_tenth_lies_below_and_a_tenth_above(values, low, high):
    assert figures.p10(list(values)) == low
    assert figures.p90(list(values)) == high


def test_what_never_varies_has_no_width():
    assert figures.cost(steady(5)) == Interval(5, 5, 5)


def test_what_disturbs_a_pass_cancels_in_a_ratio():
    disturbed = [1, 5, 2, 3, 1, 8]
    ratio = figures.ratio([[3 * each] for each in disturbed], [[each] for each in disturbed])
    assert ratio == Interval(3, 3, 3)


def test_a_typical_ratio_compares_what_was_measured_at_one_speed():
    """Where a machine has two speeds, and only one row was met at the higher, first quartiles are of two speeds."""
    speeds = [1, 2, 2, 1, 2, 2, 2, 1, 2, 2, 2, 2] * 2
    alone = [[each] for each in speeds]
    beside = [[3 * each if each == 2 else 5 * each] for each in speeds]
    assert figures.typical_ratio(beside, alone) == Interval(3, 3, 3)
    assert figures.ratio(beside, alone).value > 4


def test_a_ratio_is_of_as_many_passes():
    with pytest.raises(ValueError, match="argument 2 is longer"):
        figures.ratio(steady(1, 3), steady(1, 4))
    with pytest.raises(ValueError, match="argument 2 is longer"):
        figures.typical_ratio(steady(1, 3), steady(1, 4))


@pytest.mark.parametrize(("low", "high", "above"), [(1, 2, True), (-2, -1, False), (-1, 1, None), (0, 1, None)])
def test_a_sign_is_told_where_zero_is_outside(low, high, above):
    assert Interval((low + high) / 2, low, high).above_zero() is above


def test_an_exact_line_is_recovered_exactly():
    line = figures.line([(x, steady(2 + 0.05 * x)) for x in XS])
    assert line.at_zero.value == pytest.approx(2)
    assert line.slope.value == pytest.approx(0.05)
    assert line.slope.high - line.slope.low == pytest.approx(0)
    assert line.at(1000) == pytest.approx(52)
    band = line.band(1000)
    assert (band.low, band.high) == (pytest.approx(52), pytest.approx(52))


def test_intervals_hold_what_is_true_about_as_often_as_they_say(bench_files):
    """Of 40 lines drawn at random; at 95 in 100, fewer than 33 would come in one of a thousand."""
    # What of a disturbed cost is compared, of very many rounds: the true lines are as many times lower.
    low = figures.quartile([duration for each in bench_files.noisy(1, "truth", passes=20_000) for duration in each])
    flat = figures.line([(x, steady(12 * low, passes=12)) for x in XS])
    held = {"slope": 0, "at zero": 0, "band": 0, "crossing": 0}
    for seed in range(40):
        line = figures.line([(x, bench_files.noisy(2 + 0.05 * x, f"{seed} {x}")) for x in XS])
        crossing = figures.crossing(line, flat)
        band = line.band(200)
        held["slope"] += line.slope.low <= 0.05 * low <= line.slope.high
        held["at zero"] += line.at_zero.low <= 2 * low <= line.at_zero.high
        held["band"] += band.low <= 12 * low <= band.high
        held["crossing"] += crossing.low <= 200 <= crossing.high
        assert band.low < line.at(200) < band.high
    assert min(held.values()) >= 33, held


def test_a_band_is_wider_far_from_what_was_measured(bench_files):
    line = figures.line([(x, bench_files.noisy(2 + 0.05 * x, x)) for x in XS])
    near, far = line.band(200), line.band(4000)
    assert far.high - far.low > 5 * (near.high - near.low)


def exact(at_zero, slope):
    return figures.line([(x, steady(at_zero + slope * x)) for x in XS])


def test_lines_cross_where_the_steeper_becomes_dearer():
    found = figures.crossing(exact(1, 0.1), exact(2, 0.05))
    assert (found.value, found.low, found.high) == (pytest.approx(20),) * 3


@pytest.mark.parametrize(
    ("one", "other"),
    [((2, 0.05), (1, 0.1)), ((1, 0.1), (2, 0.1)), ((2, 0.1), (1, 0.05))],
    ids=["the flatter is never overtaking", "parallel", "dearer from the beginning"],
)
def test_other_lines_do_not_cross(one, other):
    assert figures.crossing(exact(*one), exact(*other)) is None


def test_a_crossing_that_chance_alone_shows_is_none(bench_files):
    one, other = (figures.line([(x, bench_files.noisy(5, f"{name} {x}")) for x in XS]) for name in "ab")
    assert figures.crossing(one, other) is None
    assert figures.crossing(other, one) is None


def test_equal_input_gives_equal_intervals(bench_files):
    passes = bench_files.noisy(3, "again")
    assert figures.cost(passes) == figures.cost(list(passes))


@pytest.mark.parametrize("times", [0.5, 2])
def test_a_drift_is_told_where_the_halves_lie_apart(bench_files, times):
    passes = bench_files.noisy(1, "first", noise=0.01) + bench_files.noisy(times, "second", noise=0.01)
    drift = figures.drift(passes)
    assert drift.low <= times <= drift.high
    assert drift.value == pytest.approx(times, rel=0.02)


def test_no_drift_is_told_of_chance_nor_of_too_few_passes(bench_files):
    assert figures.drift(bench_files.noisy(1, "steady", passes=24)) is None
    assert figures.drift([[1.0]] * 3 + [[2.0]] * 3) is None
    assert figures.drift([[1.0]] * 4 + [[2.0]] * 4) == Interval(2, 2, 2)
