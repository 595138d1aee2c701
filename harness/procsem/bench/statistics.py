"""Costs and ratios with confidence intervals, straight lines, and the points where two lines cross.

Measurements come in batches: the benchmarks of a group take turns, and each runs a few rounds in a new process. A
disturbance that lasts for a while therefore affects all benchmarks alike, and the memory layout of one process is not
mistaken for a property of the operation. The cost is the first quartile of all rounds: background load can only make
a round slower, so the low end stays stable when the median has moved; a lower quantile would depend on few batches.
The intervals come from a bootstrap over whole batches and contain 95 % of the resampled values.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from statistics import median
from typing import TypeVar

from attrs import frozen

RESAMPLES = 400
Batches = Sequence[Sequence[float]]
"""Durations in seconds, by batch."""
Statistic = Callable[[Sequence[float]], float]
_T = TypeVar("_T")


@frozen
class Interval:
    """A value with its 95 % confidence interval."""

    value: float
    low: float
    high: float

    def below(self, other: Interval) -> bool | None:
        """Return whether this interval is below the other one, or None if they overlap."""
        if self.high < other.low:
            return True
        return False if other.high < self.low else None

    def above_zero(self) -> bool | None:
        """Return whether this interval is above zero, or None if it contains zero."""
        return None if self.low <= 0 <= self.high else self.low > 0

    def within(self, least: float, most: float) -> bool | None:
        """Return whether the whole interval is between these bounds, or None if only a part of it is."""
        if least <= self.low and self.high <= most:
            return True
        return False if self.high < least or most < self.low else None


@frozen
class Line:
    """A straight line: ``at_zero + slope * x``."""

    at_zero: Interval
    slope: Interval
    resampled: tuple[tuple[float, float], ...]
    """The lines of the bootstrap, each as ``(at_zero, slope)``."""

    def at(self, x: float) -> float:
        """Return the height of the line at ``x``."""
        return self.at_zero.value + self.slope.value * x

    def band(self, x: float) -> Interval:
        """Return the height of the line at ``x`` with its confidence interval, which is valid for this ``x`` only."""
        return _interval(self.at(x), [at_zero + slope * x for at_zero, slope in self.resampled])


def p10(values: Sequence[float]) -> float:
    """Return the first decile."""
    return _low_quantile(values, 10)


def p90(values: Sequence[float]) -> float:
    """Return the ninth decile."""
    return _high_quantile(values, 10)


def first_quartile(values: Sequence[float]) -> float:
    """Return the first quartile."""
    return _low_quantile(values, 4)


def third_quartile(values: Sequence[float]) -> float:
    """Return the third quartile."""
    return _high_quantile(values, 4)


def _low_quantile(values: Sequence[float], part: int) -> float:
    """Return the measured value with one ``part``-th of the values below it."""
    return sorted(values)[(len(values) - 1) // part]


def _high_quantile(values: Sequence[float], part: int) -> float:
    """Return the measured value with one ``part``-th of the values above it."""
    return sorted(values)[len(values) - 1 - (len(values) - 1) // part]


def cost(batches: Batches, at: Statistic = first_quartile) -> Interval:
    """Return the duration of a round that is hardly disturbed: the first quartile, or another statistic."""
    return _interval(_pooled(batches, at), [_pooled(sample, at) for sample in _resampled(batches)])


def ratio(batches: Batches, to: Batches, at: Statistic = first_quartile) -> Interval:
    """Return the cost as a multiple of another cost, which was measured in the same batches."""
    pairs = list(zip(batches, to, strict=True))

    def of(chosen: Sequence[tuple[Sequence[float], Sequence[float]]]) -> float:
        return _pooled([one for one, _ in chosen], at) / _pooled([other for _, other in chosen], at)

    return _interval(of(pairs), [of(sample) for sample in _resampled(pairs)])


def typical_ratio(batches: Batches, to: Batches) -> Interval:
    """Return the median over all batches of the ratio between the two medians of a batch.

    If the machine changes its speed for longer than a batch, two first quartiles may come from different speeds, but
    the two medians of one batch do not. Claims therefore compare by this ratio.
    """
    pairs = list(zip(batches, to, strict=True))

    def of(chosen: Sequence[tuple[Sequence[float], Sequence[float]]]) -> float:
        return median(median(one) / median(other) for one, other in chosen)

    return _interval(of(pairs), [of(sample) for sample in _resampled(pairs)])


def drift(batches: Batches) -> Interval | None:
    """Return the cost of the second half of the batches as a multiple of the first half's, or None if they overlap.

    A drift shows that the machine changed during the measurement. The halves share no batch, so each is resampled
    separately. Fewer than eight batches give None, because halves of three are apart by chance once in ten times.
    """
    half = len(batches) // 2
    if half < 4:
        return None
    first, second = cost(batches[:half]), cost(batches[half:])
    if first.below(second) is None:
        return None
    return Interval(second.value / first.value, second.low / first.high, second.high / first.low)


def line(points: Sequence[tuple[float, Batches]]) -> Line:
    """Fit a straight line to the costs at these points, by least squares of the relative errors."""
    xs = [x for x, _ in points]
    rows = list(zip(*(batches for _, batches in points), strict=True))

    def of(chosen: Sequence[tuple[Sequence[float], ...]]) -> tuple[float, float]:
        return _least_squares(xs, [_pooled(column, first_quartile) for column in zip(*chosen, strict=True)])

    at_zero, slope = of(rows)
    samples = tuple(of(sample) for sample in _resampled(rows))
    return Line(
        _interval(at_zero, [a for a, _ in samples]),
        _interval(slope, [b for _, b in samples]),
        samples,
    )


def crossing(one: Line, other: Line) -> Interval | None:
    """Return the point from which on the first line is above the other.

    Return None unless the two cross in at least 95 % of the resamples.
    """

    def of(first: tuple[float, float], second: tuple[float, float]) -> float | None:
        steeper = first[1] - second[1]
        x = (second[0] - first[0]) / steeper if steeper > 0 else -1.0
        return x if x > 0 else None

    value = of((one.at_zero.value, one.slope.value), (other.at_zero.value, other.slope.value))
    found = [of(first, second) for first, second in zip(one.resampled, other.resampled, strict=True)]
    known = [x for x in found if x is not None]
    if value is None or len(known) < 0.95 * len(found):
        return None
    return _interval(value, known)


def _pooled(batches: Batches, at: Statistic) -> float:
    return at([duration for durations in batches for duration in durations])


def _resampled(values: Sequence[_T]) -> list[Sequence[_T]]:
    """Draw resamples, the same ones for equal numbers of values: compared batches stay paired, results reproducible.

    A resample has three values fewer than the original, because intervals from full-sized resamples are too narrow,
    the more so the fewer values there are.
    """
    generator = random.Random(len(values))
    return [generator.choices(values, k=max(1, len(values) - 3)) for _ in range(RESAMPLES)]


def _interval(value: float, samples: Sequence[float]) -> Interval:
    """Return the interval of the middle 95 % of the samples, made symmetric around the value.

    Positive intervals are symmetric as factors. Without symmetry, resamples of few batches give lopsided intervals.
    """
    ordered = sorted(samples)
    cut = len(ordered) // 40
    low, high = min(value, ordered[cut]), max(value, ordered[-1 - cut])
    if low > 0:
        times = max(value / low, high / value)
        return Interval(value, value / times, value * times)
    reach = max(value - low, high - value)
    return Interval(value, value - reach, value + reach)


def _least_squares(xs: Sequence[float], ys: Sequence[float]) -> tuple[float, float]:
    weights = [1 / (y * y) for y in ys]
    total = sum(weights)

    def mean(of: Callable[[int], float]) -> float:
        return sum(weight * of(number) for number, weight in enumerate(weights)) / total

    x, y = mean(lambda n: xs[n]), mean(lambda n: ys[n])
    spread = mean(lambda n: (xs[n] - x) ** 2)
    slope = mean(lambda n: (xs[n] - x) * (ys[n] - y)) / spread
    return y - slope * x, slope
