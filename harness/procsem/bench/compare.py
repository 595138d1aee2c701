"""Compare two stored benchmark runs: what became slower, and what else differs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import frozen

from procsem.bench.results import BenchmarkResult, BenchmarkRun
from procsem.bench.statistics import Interval

THRESHOLD = 1.10
MAX_INTERFERENCE = 1.10
"""Interference above this factor is reported."""
_TOLERANCE = 1.10
"""The factor by which facts about a parent may differ: no two processes have the same memory layout."""
_MACHINE_FACTS = ("system", "kernel", "machine", "cpu", "cpus", "governor", "python")
_PARENT_FACTS = ("modules", "rss_kib", "regions", "descriptors", "threads")


@frozen
class Slower:
    """A benchmark that became slower; both ratios are multiples of the baseline of their own run."""

    name: str
    before: Interval
    now: Interval


@frozen
class MachineDifference:
    """A fact about the machine that is not the same in both runs."""

    fact: str
    before: object
    now: object


@frozen
class ParentDifference:
    """A fact about the parents of some benchmarks that is not the same in both runs, with the first one's values."""

    fact: str
    before: float | None
    now: float | None
    benchmarks: tuple[str, ...]


@frozen
class Interference:
    """Other processes that wanted the CPUs during one of the runs."""

    in_new_run: bool
    factor: float


@frozen
class Missing:
    """The benchmarks of the old run that are not in the new one."""

    benchmarks: tuple[str, ...]


Difference = MachineDifference | ParentDifference | Interference | Missing


@frozen
class RunComparison:
    """The result of comparing two runs."""

    differences: tuple[Difference, ...]
    """The other differences between the runs, which make the comparison unfair."""
    slower: tuple[Slower, ...]
    compared: int
    """The number of benchmarks with a ratio to the baseline in both runs."""


def compare(old: BenchmarkRun, new: BenchmarkRun, threshold: float = THRESHOLD) -> RunComparison:
    """Compare the ratios to the baseline of two runs that share no batches.

    A benchmark is slower if its whole interval is above ``threshold`` times the old interval. Both intervals are first
    widened by the interference of their run.
    """
    before = {(result.group, result.name): result for result in old.benchmarks}
    now = {(result.group, result.name): result for result in new.benchmarks}
    pairs = [(result, now[key]) for key, result in before.items() if key in now]
    slower, compared = [], 0
    for known, result in pairs:
        if known.ratio is None or result.ratio is None:
            continue
        compared += 1
        if known.ratio.high * known.interference * threshold < result.ratio.low / result.interference:
            slower.append(Slower(result.name, known.ratio, result.ratio))
    missing = [name for group, name in before if (group, name) not in now]
    return RunComparison(tuple(_differences(old, new, pairs, missing)), tuple(slower), compared)


def _differences(
    old: BenchmarkRun,
    new: BenchmarkRun,
    pairs: Sequence[tuple[BenchmarkResult, BenchmarkResult]],
    missing: Sequence[str],
) -> Iterator[Difference]:
    for fact in _MACHINE_FACTS:
        before, now = old.machine.get(fact), new.machine.get(fact)
        if before != now:
            yield MachineDifference(fact, before, now)
    for fact in _PARENT_FACTS:
        unlike = [
            (result.name, before, now)
            for known, result in pairs
            if not _alike(before := known.context.get(fact), now := result.context.get(fact))
        ]
        if unlike:
            _, before, now = unlike[0]
            yield ParentDifference(fact, before, now, tuple(name for name, _, _ in unlike))
    for run in (old, new):
        if run.interference > MAX_INTERFERENCE:
            yield Interference(run is new, run.interference)
    if missing:
        yield Missing(tuple(missing))


def _alike(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return max(one, other) <= _TOLERANCE * min(one, other)
