"""Figures with their intervals: medians, ratios, straight lines and where two of them cross.

A measurement comes in passes: each pass asks every operation in turn for a few rounds, in a process of its own, so
what disturbs the machine for a while disturbs all of them, and no process's luck with its place in memory is taken for
the operation's. What is compared is the first quartile of all rounds: whatever else the machine does can only add to a
duration, so the low end stays where it is when the median has long moved; further down, few passes would decide. The
intervals are of the bootstrap over whole passes, the same for all that is compared: 95 in 100 resamples lie within.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from statistics import median
from typing import TypeVar

from attrs import frozen

RESAMPLES = 400
Passes = Sequence[Sequence[float]]
Statistic = Callable[[Sequence[float]], float]
_T = TypeVar("_T")


@frozen
class Interval:
    """A figure, and between what it is likely to be."""

    value: float
    low: float
    high: float

    def below(self, other: Interval) -> bool | None:
        """Whether it is less than the other; None where they overlap: not distinguishable here."""
        if self.high < other.low:
            return True
        return False if other.high < self.low else None

    def above_zero(self) -> bool | None:
        return None if self.low <= 0 <= self.high else self.low > 0

    def within(self, least: float, most: float) -> bool | None:
        """Whether all of it lies there; None where a part does: not distinguishable here."""
        if least <= self.low and self.high <= most:
            return True
        return False if self.high < least or most < self.low else None


@frozen
class Line:
    """A cost that grows by a straight line: ``at_zero + slope * x``. The resamples are kept for what builds on it."""

    at_zero: Interval
    slope: Interval
    resampled: tuple[tuple[float, float], ...]

    def at(self, x: float) -> float:
        return self.at_zero.value + self.slope.value * x

    def band(self, x: float) -> Interval:
        """What the line says at one place, and between what it lies there; of each place by itself."""
        return _interval(self.at(x), [at_zero + slope * x for at_zero, slope in self.resampled])


def p10(values: Sequence[float]) -> float:
    """What a tenth of the values stay below."""
    return _above(values, 10)


def p90(values: Sequence[float]) -> float:
    """What a tenth of the values stay above."""
    return _below(values, 10)


def quartile(values: Sequence[float]) -> float:
    """What a quarter of the values stay below."""
    return _above(values, 4)


def third_quartile(values: Sequence[float]) -> float:
    """What a quarter of the values stay above."""
    return _below(values, 4)


def _above(values: Sequence[float], part: int) -> float:
    """The value that stands above one in so many, counted from the least."""
    return sorted(values)[(len(values) - 1) // part]


def _below(values: Sequence[float], part: int) -> float:
    """The value that stands below one in so many, counted from the greatest."""
    return sorted(values)[len(values) - 1 - (len(values) - 1) // part]


def cost(passes: Passes, at: Statistic = quartile) -> Interval:
    """What a round takes where little disturbs it."""
    return _interval(_pooled(passes, at), [_pooled(sample, at) for sample in _resampled(passes)])


def ratio(passes: Passes, to: Passes, at: Statistic = quartile) -> Interval:
    """How many times the cost of the other, which was measured in the same passes."""
    pairs = list(zip(passes, to, strict=True))

    def of(chosen: Sequence[tuple[Sequence[float], Sequence[float]]]) -> float:
        return _pooled([one for one, _ in chosen], at) / _pooled([other for _, other in chosen], at)

    return _interval(of(pairs), [of(sample) for sample in _resampled(pairs)])


def typical_ratio(passes: Passes, to: Passes) -> Interval:
    """How many times the other a round takes, both of one pass: the median over the passes.

    Where the machine itself is now fast and now slow, for longer than a pass, two first quartiles may be of different
    times; so that is what to compare by where what is compared also takes its time to run beside something.
    """
    pairs = list(zip(passes, to, strict=True))

    def of(chosen: Sequence[tuple[Sequence[float], Sequence[float]]]) -> float:
        return median(median(one) / median(other) for one, other in chosen)

    return _interval(of(pairs), [of(sample) for sample in _resampled(pairs)])


def drift(passes: Passes) -> Interval | None:
    """How many times the cost of the first half of the passes the second half has; None where the two overlap.

    Whether the machine changed while it was measured. The halves share no pass: each is resampled for itself, and only
    what separates them is told. Fewer than eight passes tell nothing: halves of three lie apart by chance once in ten.
    """
    half = len(passes) // 2
    if half < 4:
        return None
    first, second = cost(passes[:half]), cost(passes[half:])
    if first.below(second) is None:
        return None
    return Interval(second.value / first.value, second.low / first.high, second.high / first.low)


def line(points: Sequence[tuple[float, Passes]]) -> Line:
    """The straight line through the points, by least squares of the relative errors."""
    xs = [x for x, _ in points]
    rows = list(zip(*(passes for _, passes in points), strict=True))

    def of(chosen: Sequence[tuple[Sequence[float], ...]]) -> tuple[float, float]:
        return _least_squares(xs, [_pooled(column, quartile) for column in zip(*chosen, strict=True)])

    at_zero, slope = of(rows)
    samples = tuple(of(sample) for sample in _resampled(rows))
    return Line(
        _interval(at_zero, [a for a, _ in samples]),
        _interval(slope, [b for _, b in samples]),
        samples,
    )


def crossing(one: Line, other: Line) -> Interval | None:
    """From where on the first costs more than the other; None where that is not seen in nearly every resample."""

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


def _pooled(passes: Passes, at: Statistic) -> float:
    return at([duration for durations in passes for duration in durations])


def _resampled(values: Sequence[_T]) -> list[Sequence[_T]]:
    """Equal numbers of passes are resampled alike, so that what is compared stays paired; equal input, equal output.

    A resample has three passes less than there are: plain ones lie too close together, the more so the fewer they are.
    """
    chance = random.Random(len(values))
    return [chance.choices(values, k=max(1, len(values) - 3)) for _ in range(RESAMPLES)]


def _interval(value: float, samples: Sequence[float]) -> Interval:
    """Reaches as far down as up, in times where all is positive: resamples of few passes lean to one side."""
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
