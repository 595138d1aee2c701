"""Claims about cost: ``cost.toml``, judged by the figures of this run as any claim is by what its probe observed.

The file is in the language of ``claims.toml``. Its facts are figures, each with its interval: the ratio of two rows
that were measured in turn, and the like. A bound that an interval lies on both sides of decides nothing: the verdict
is inconclusive then, and neither yes nor no.
"""

import subprocess
import sys
from collections.abc import Callable, Mapping
from functools import cache, partial
from pathlib import Path

from attrs import frozen

from procsem import environment
from procsem.bench import statistics as figures
from procsem.bench.measure.together import BIG, CORES, LOCK, NAPS, SLEEPERS, SMALL
from procsem.catalogue import Fault, load_claims
from procsem.environment import FACTS
from procsem.judge import judge, missing_needs, unsupported
from procsem.model import Observation
from procsem.model.comparison import show

FILE = Path(__file__).with_name("cost.toml")


@frozen
class Figure:
    """A fact that claims may name: what is made of the passes of some rows of one group.

    ``rows`` are names of rows, or of series whose points are meant.
    """

    group: str
    rows: tuple[str, ...]
    of: Callable[..., figures.Interval]

    def lacks(self, measured: Mapping) -> list[str]:
        """What is lacking here for it to be had."""
        return [f"{each.row.name}: {each.lacks}" for each in self._rows(measured) if each.lacks]

    def failures(self, measured: Mapping) -> list[str]:
        """What went wrong when it was measured."""
        return [f"{each.row.name}: {each.failed}" for each in self._rows(measured) if each.failed]

    def interval(self, measured: Mapping) -> figures.Interval:
        return self.of(*([each for each in self._rows(measured) if name in _names(each)] for name in self.rows))

    def _rows(self, measured: Mapping) -> list:
        return [each for each in measured.values() if set(self.rows) & _names(each)]


def _names(measured):
    return {measured.row.name, measured.row.series} - {""}


def _ratio(one, other):
    return figures.typical_ratio(one[0].passes, other[0].passes)


def _to_what_was_asked(seconds, row):
    """How many times the seconds that it was told to take."""
    return figures.cost([[duration / seconds for duration in each] for each in row[0].passes])


def _slope(points, unit):
    """What one more costs, in costs of another row in the same pass."""
    units = [figures.quartile(each) for each in unit[0].passes]

    def in_units(passes):
        return [[duration / unit for duration in each] for each, unit in zip(passes, units, strict=True)]

    return figures.line([(each.row.x, in_units(each.passes)) for each in points]).slope


def _over(group, one, other):
    return Figure(group.name, (one, other), _ratio)


def _ways(group, messages, producers, one, other):
    return _over(group, *(f"{way}, {messages}, {producers}" for way in (one, other)))


_SMALL = partial(_ways, SMALL, "600 of 100 B")
_BIG = partial(_ways, BIG, "12 of 1 MB")
FIGURES = {
    "file_over_queue": _SMALL("1 producer", "file and lock", "Queue"),
    "file_over_queue_3_producers": _SMALL("3 producers", "file and lock", "Queue"),
    "file_over_manager_3_producers": _SMALL("3 producers", "file and lock", "Manager().Queue"),
    "file_over_memory": _SMALL("1 producer", "file and lock", "shared memory"),
    "big_file_over_queue": _BIG("1 producer", "file and lock", "Queue"),
    "one_lock_over_none": _over(LOCK, "2 workers, one lock", "2 workers, no lock"),
    "lock_each_over_none": _over(LOCK, "2 workers, a lock each", "2 workers, no lock"),
    "one_worker_over_two": _over(LOCK, "1 worker for both, no lock", "2 workers, no lock"),
    "threads_over_turns": _over(CORES, "pure Python, 2 threads", "pure Python, one after the other"),
    "processes_over_turns": _over(CORES, "pure Python, 2 processes", "pure Python, one after the other"),
    "hashing_threads_over_turns": _over(CORES, "hashing, 2 threads", "hashing, one after the other"),
    "together_over_longest": _over(SLEEPERS, "4 sleepers, all started, then joined", "the longest sleeper alone"),
    "one_by_one_over_longest": _over(SLEEPERS, "4 sleepers, one by one", "the longest sleeper alone"),
    "longest_over_its_sleep": Figure(
        SLEEPERS.name, ("the longest sleeper alone",), partial(_to_what_was_asked, NAPS[0] / 1000)
    ),
    "client_of_a_process_each": Figure("clients", ("a process each", "os.fork, beside the servers"), _slope),
    "client_of_a_pool": Figure("clients", ("a pool", "os.fork, beside the servers"), _slope),
}


@cache
def claims():
    """All of them, in the file's order. Raises CatalogueError."""
    return load_claims(FILE, "cost", FACTS, _unknown_figures)


def _unknown_figures(claim):
    return [
        Fault(("arms", arm.name, "predicts", fact), f"no such figure; there are {', '.join(FIGURES)}")
        for arm in claim.arms
        for fact in arm.predicts
        if fact not in FIGURES
    ]


def facts(claim):
    """The figures that decide it."""
    return {fact: FIGURES[fact] for arm in claim.arms for fact in arm.predicts}


def groups(claim):
    return {figure.group for figure in facts(claim).values()}


def here(folder):
    """The facts of where this runs, measured."""
    report = folder / "environment.json"
    subprocess.run(environment.command(sys.executable, report), check=True, timeout=60)
    return environment.read(report).facts


def put_to_the_test(claim, here, group):
    """What is kept of a claim. ``group`` gives all that was measured of a group by its name."""
    judgement, seen = _judged(claim, here, group)
    return {
        "claim": claim.id,
        "says": claim.says,
        "section": claim.source.section,
        "line": claim.source.line,
        "verdict": str(judgement.verdict),
        "expected": judgement.expected and str(judgement.expected),
        "as_expected": judgement.as_expected,
        "because": judgement.because,
        "against": [
            *([judgement.problem] if judgement.problem else []),
            *(f"{each.fact} is {show(each.actual)}, not {each.expected}" for each in judgement.mismatches),
        ],
        "facts": {
            f"{name}{end}": value
            for name, figure in seen.items()
            for end, value in (("", figure.value), ("_low", figure.low), ("_high", figure.high))
        },
    }


def _judged(claim, here, group):
    """The judgement, and the figures that it was made from: intervals by their names."""
    if missing := missing_needs(claim, here, None):
        return missing, {}
    figures_of = {name: (figure, group(figure.group)) for name, figure in facts(claim).items()}
    if lacking := [why for figure, measured in figures_of.values() for why in figure.lacks(measured)]:
        return unsupported(lacking[:1]), {}
    if failed := [why for figure, measured in figures_of.values() for why in figure.failures(measured)]:
        return judge(claim, here, None, {}, problem=failed[0]), {}
    seen = {name: figure.interval(measured) for name, (figure, measured) in figures_of.items()}
    as_facts = Observation({name: {"value": one.value, "low": one.low, "high": one.high} for name, one in seen.items()})
    return judge(claim, here, None, {arm.name: as_facts for arm in claim.arms}), seen
