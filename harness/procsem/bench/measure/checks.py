"""Properties that the measurements must have on any machine: orders and signs, never an absolute duration.

A busy machine gives wide intervals, which the interference of other processes widens further. A check is left open
where they overlap.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from statistics import median

from attrs import frozen

from procsem.bench import statistics
from procsem.bench.measure.batches import Measurement, Measurements
from procsem.bench.measure.groups import HANDWRITTEN, HANDWRITTEN_PAIRS, RANKING
from procsem.bench.results import CheckResult
from procsem.bench.statistics import Interval, Line
from procsem.errors import ProcsemError

SMALL_PAGES, HUGE_PAGES = "memory", "memory in huge pages"
ORDERS = (
    ("baseline: vfork", "bare interpreter"),
    ("thread", "Process, fork"),
    ("Process, fork", "Process, forkserver"),
    ("Process, forkserver", "Process, spawn"),
    ("Process, forkserver", "Process, forkserver, cold"),
    ("Pool, fork, warm", "Pool, fork, cold"),
    ("Pool, spawn, warm", "Pool, spawn, cold"),
    ("Process that imports asyncio, forkserver, preloaded", "Process that imports asyncio, forkserver"),
)
"""Pairs of benchmarks of the ranking, each with the faster one first."""


class NotMeasuredError(ProcsemError):
    """Raised when a benchmark that a check needs is unavailable."""


class MeasurementFailedError(NotMeasuredError):
    """Raised when a benchmark that a check needs failed."""


@frozen
class Check:
    """A statement about the measurements of some groups."""

    statement: str
    groups: tuple[str, ...]
    compute: Callable[[Mapping[str, Measurements]], bool | tuple[bool | None, Interval] | None]
    """A function that takes the measurements by group, and returns whether the statement holds (None for open).

    It may return the ratio that decides as well.
    """

    def result(self, group: Callable[[str], Measurements]) -> CheckResult:
        """Return whether the statement holds. Raises NotMeasuredError."""
        answer = self.compute({name: group(name) for name in self.groups})
        holds, ratio = answer if isinstance(answer, tuple) else (answer, None)
        return CheckResult(self.statement, holds, ratio)


def _measured(measurements: Measurements, name: str) -> Measurement:
    found = measurements[name]
    if found.failure:
        raise MeasurementFailedError(f"{name}: {found.failure}")
    if found.unavailable_because:
        raise NotMeasuredError(f"{name}: {found.unavailable_because}")
    return found


def _line(measurements: Measurements, series: str) -> Line:
    points = [each for each in measurements.values() if each.benchmark.series == series and each.measurable]
    if len(points) < 2:
        raise NotMeasuredError(f"{series}: fewer than two points of its curve are measured here")
    return statistics.line([(point.benchmark.x, point.batches) for point in points])


def _scaled(interval: Interval, factor: float) -> Interval:
    return Interval(interval.value * factor, interval.low * factor, interval.high * factor)


def _widened(interval: Interval, *measurements: Measurement) -> Interval:
    factor = max(measurement.interference for measurement in measurements)
    return Interval(interval.value, interval.low / factor, interval.high * factor)


def _order(faster: str, slower: str) -> Check:
    def compute(groups: Mapping[str, Measurements]) -> bool | None:
        one, other = (_measured(groups[RANKING.name], name) for name in (faster, slower))
        return _widened(statistics.cost(one.batches), one).below(_widened(statistics.cost(other.batches), other))

    return Check(f"{faster} < {slower}", (RANKING.name,), compute)


def _fork_grows(groups: Mapping[str, Measurements]) -> bool | None:
    return _line(groups[SMALL_PAGES], "os.fork").slope.above_zero()


def _spawn_does_not_grow(groups: Mapping[str, Measurements]) -> bool | None:
    """Compare with a twentieth of fork's slope, because no slope can be shown to be zero."""
    fork, spawn = (_line(groups[SMALL_PAGES], series).slope for series in ("os.fork", "os.posix_spawn"))
    return spawn.below(_scaled(fork, 1 / 20))


def _huge_pages_are_cheap(groups: Mapping[str, Measurements]) -> bool | None:
    small, huge = (_line(groups[pages], "os.fork").slope for pages in (SMALL_PAGES, HUGE_PAGES))
    return huge.below(_scaled(small, 1 / 10))


def _crossings_are_in_order(groups: Mapping[str, Measurements]) -> bool | None:
    """In a growing parent, the fork server becomes faster than fork before spawn does."""
    fork, server, spawn = (
        _line(groups[SMALL_PAGES], f"Process, {method}") for method in ("fork", "forkserver", "spawn")
    )
    first, second = statistics.crossing(fork, server), statistics.crossing(fork, spawn)
    return None if first is None or second is None else first.below(second)


def _like_handwritten(name: str, other: str, word: str, at: statistics.Statistic) -> Check:
    def compute(groups: Mapping[str, Measurements]) -> tuple[bool | None, Interval]:
        ours, handwritten = (_measured(groups[HANDWRITTEN.name], each) for each in (name, other))
        ratio = _widened(statistics.ratio(ours.batches, handwritten.batches, at), ours, handwritten)
        return ratio.within(0.9, 1.1), ratio

    operation = other.removesuffix(", handwritten")
    return Check(f"the {word} of {operation} is within 10 % of a handwritten loop's", (HANDWRITTEN.name,), compute)


CHECKS = (
    *(_order(faster, slower) for faster, slower in ORDERS),
    Check("os.fork costs more with each MB of the parent", (SMALL_PAGES,), _fork_grows),
    Check("os.posix_spawn does not: less than a twentieth of that", (SMALL_PAGES,), _spawn_does_not_grow),
    Check(
        "a MB in huge pages costs os.fork less than a tenth of one in small pages",
        (SMALL_PAGES, HUGE_PAGES),
        _huge_pages_are_cheap,
    ),
    Check("fork crosses forkserver before spawn", (SMALL_PAGES,), _crossings_are_in_order),
    *(
        _like_handwritten(ours.name, handwritten.name, word, at)
        for ours, handwritten in HANDWRITTEN_PAIRS
        for word, at in (("first quartile", statistics.first_quartile), ("median", median))
    ),
)
