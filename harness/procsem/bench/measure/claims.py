"""Claims about cost: ``cost.toml``, judged by measurements as other claims are judged by what their probes observe.

The file is written in the language of ``claims.toml``. Its facts are ratios of durations with confidence intervals. If
a bound is inside an interval, the verdict is inconclusive.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from pathlib import Path

from attrs import frozen

from procsem import environment
from procsem.bench import statistics
from procsem.bench.measure.batches import Measurement, Measurements
from procsem.bench.measure.benchmarks import Group
from procsem.bench.measure.together import BIG, CORES, LOCK, NAPS, SLEEPERS, SMALL
from procsem.bench.results import CostClaim
from procsem.bench.statistics import Interval
from procsem.catalogue import Fault, load_claims
from procsem.environment import FACTS
from procsem.judge import Judgement, judge, missing_needs, unsupported
from procsem.model import Claim, Facts, Observation, Problem, ProblemKind

FILE = Path(__file__).with_name("cost.toml")


@frozen
class CostFact:
    """A fact that claims can name, computed from the batches of some benchmarks of one group."""

    group: str
    names: tuple[str, ...]
    """Names of benchmarks, or of series whose points are all meant."""
    compute: Callable[..., Interval]
    """A function that takes one list of measurements per name."""

    def unavailable(self, measured: Measurements) -> list[str]:
        """Return why the fact is not available, one phrase per benchmark."""
        return [
            f"{each.benchmark.name}: {each.unavailable_because}"
            for each in self._measurements(measured)
            if each.unavailable_because
        ]

    def failures(self, measured: Measurements) -> list[str]:
        """Return what went wrong, one phrase per benchmark."""
        return [f"{each.benchmark.name}: {each.failure}" for each in self._measurements(measured) if each.failure]

    def interval(self, measured: Measurements) -> Interval:
        """Return the value of the fact."""
        return self.compute(
            *([each for each in self._measurements(measured) if name in _names(each)] for name in self.names)
        )

    def _measurements(self, measured: Measurements) -> list[Measurement]:
        return [each for each in measured.values() if set(self.names) & _names(each)]


def _names(measurement: Measurement) -> set[str]:
    return {measurement.benchmark.name, measurement.benchmark.series} - {""}


def _ratio(one: Sequence[Measurement], other: Sequence[Measurement]) -> Interval:
    return statistics.typical_ratio(one[0].batches, other[0].batches)


def _ratio_to_seconds(seconds: float, measured: Sequence[Measurement]) -> Interval:
    return statistics.cost([[duration / seconds for duration in batch] for batch in measured[0].batches])


def _slope(points: Sequence[Measurement], unit: Sequence[Measurement]) -> Interval:
    """Return what one more costs, as a multiple of another benchmark's cost in the same batch."""
    units = [statistics.first_quartile(batch) for batch in unit[0].batches]

    def in_units(measurement: Measurement) -> list[list[float]]:
        pairs = zip(measurement.batches, units, strict=True)
        return [[duration / unit for duration in batch] for batch, unit in pairs]

    return statistics.line([(each.benchmark.x, in_units(each)) for each in points]).slope


def _over(group: Group, one: str, other: str) -> CostFact:
    return CostFact(group.name, (one, other), _ratio)


def _channels(group: Group, messages: str, producers: str, one: str, other: str) -> CostFact:
    return _over(group, *(f"{channel}, {messages}, {producers}" for channel in (one, other)))


_SMALL = partial(_channels, SMALL, "600 of 100 B")
_BIG = partial(_channels, BIG, "12 of 1 MB")
_FORK = "os.fork, measured with the servers"
COST_FACTS: Mapping[str, CostFact] = {
    "file_over_queue": _SMALL("1 producer", "file and lock", "Queue"),
    "file_over_queue_3_producers": _SMALL("3 producers", "file and lock", "Queue"),
    "file_over_manager_3_producers": _SMALL("3 producers", "file and lock", "Manager().Queue"),
    "file_over_memory": _SMALL("1 producer", "file and lock", "shared memory"),
    "big_file_over_queue": _BIG("1 producer", "file and lock", "Queue"),
    "one_lock_over_none": _over(LOCK, "2 workers, one lock", "2 workers, no lock"),
    "lock_each_over_none": _over(LOCK, "2 workers, one lock per worker", "2 workers, no lock"),
    "one_worker_over_two": _over(LOCK, "1 worker, no lock", "2 workers, no lock"),
    "threads_over_turns": _over(CORES, "pure Python, 2 threads", "pure Python, one after the other"),
    "processes_over_turns": _over(CORES, "pure Python, 2 processes", "pure Python, one after the other"),
    "hashing_threads_over_turns": _over(CORES, "hashing, 2 threads", "hashing, one after the other"),
    "together_over_longest": _over(SLEEPERS, "4 sleepers, all started, then joined", "only the longest sleeper"),
    "one_by_one_over_longest": _over(SLEEPERS, "4 sleepers, one by one", "only the longest sleeper"),
    "longest_over_its_sleep": CostFact(
        SLEEPERS.name, ("only the longest sleeper",), partial(_ratio_to_seconds, NAPS[0] / 1000)
    ),
    "client_of_a_process_each": CostFact("clients", ("one process per client", _FORK), _slope),
    "client_of_a_pool": CostFact("clients", ("a pool", _FORK), _slope),
}


@cache
def load() -> tuple[Claim, ...]:
    """Load the claims in the order of the file. Raises CatalogueError."""
    return load_claims(FILE, "cost", FACTS, unknown_facts)


def unknown_facts(claim: Claim) -> list[Fault]:
    """Return the faults of a claim whose arms predict facts that are not measured."""
    return [
        Fault(("arms", arm.name, "predicts", fact), f"no such fact; there are {', '.join(COST_FACTS)}")
        for arm in claim.arms
        for fact in arm.predicts
        if fact not in COST_FACTS
    ]


def facts(claim: Claim) -> dict[str, CostFact]:
    """Return the facts that decide a claim."""
    return {fact: COST_FACTS[fact] for arm in claim.arms for fact in arm.predicts}


def groups(claim: Claim) -> set[str]:
    """Return the names of the groups that must be measured to judge a claim."""
    return {fact.group for fact in facts(claim).values()}


def measure_environment(folder: Path) -> Facts:
    """Measure the facts of this environment, with a report in ``folder``."""
    report = folder / "environment.json"
    subprocess.run(environment.command(sys.executable, report), check=True, timeout=60)
    return environment.read(report).facts


def judge_claim(claim: Claim, here: Facts, group: Callable[[str], Measurements]) -> CostClaim:
    """Judge a claim by the facts of the environment and the measurements that ``group`` returns for a group's name."""
    judgement, intervals = _judge(claim, here, group)
    return CostClaim(
        claim=claim.id,
        says=claim.says,
        section=claim.source.section if claim.source else "",
        line=claim.source.line if claim.source else 0,
        verdict=judgement.verdict,
        expected=judgement.expected,
        as_expected=judgement.as_expected,
        because=judgement.because,
        facts=intervals,
        mismatches=judgement.mismatches,
        problem=str(judgement.problem) if judgement.problem else None,
    )


def _judge(claim: Claim, here: Facts, group: Callable[[str], Measurements]) -> tuple[Judgement, dict[str, Interval]]:
    """Return the judgement, and the facts that it is based on."""
    if missing := missing_needs(claim, here, None):
        return missing, {}
    measured = {name: (fact, group(fact.group)) for name, fact in facts(claim).items()}
    if reasons := [reason for fact, measurements in measured.values() for reason in fact.unavailable(measurements)]:
        return unsupported(reasons[:1]), {}
    if failures := [failure for fact, measurements in measured.values() for failure in fact.failures(measurements)]:
        return judge(claim, here, None, {}, Problem(ProblemKind.MEASUREMENT, detail=failures[0])), {}
    intervals = {name: fact.interval(measurements) for name, (fact, measurements) in measured.items()}
    observed = Observation(
        {name: {"value": each.value, "low": each.low, "high": each.high} for name, each in intervals.items()}
    )
    return judge(claim, here, None, {arm.name: observed for arm in claim.arms}), intervals
