"""Each check holds for good measurements, does not hold for bad ones, and is open if the intervals overlap."""

import random
from functools import partial

import pytest

from procsem.bench.measure import checks
from procsem.bench.measure.batches import Measurement
from procsem.bench.measure.benchmarks import Benchmark
from procsem.bench.measure.checks import CHECKS, HUGE_PAGES, ORDERS, SMALL_PAGES
from procsem.bench.measure.groups import GROUPS, HANDWRITTEN, HANDWRITTEN_PAIRS

# Microseconds at zero, and for each MB.
GOOD = {
    (SMALL_PAGES, "os.fork"): (350, 20),
    (SMALL_PAGES, "os.posix_spawn"): (500, 0),
    (SMALL_PAGES, "Process, fork"): (1_500, 20),
    (SMALL_PAGES, "Process, forkserver"): (10_000, 0),
    (SMALL_PAGES, "Process, spawn"): (40_000, 0),
    (HUGE_PAGES, "os.fork"): (350, 0.1),
}


class MadeUp:
    """Measurements that are made up: costs of the ranking and of the handwritten loops, and the lines of the curves."""

    def __init__(self, costs=None, lines=None, noise=0.02, running_elsewhere=0):
        self.context = {"running_elsewhere": running_elsewhere}
        made_up = {name: self._measured(Benchmark(name, ""), cost, noise) for name, cost in (costs or {}).items()}
        self.groups = {"ranking": made_up, HANDWRITTEN.name: made_up}
        for (group, series), (at_zero, slope) in (lines or {}).items():
            for x in (0, 128, 512):
                point = Benchmark(f"{series} {x}", "", series=series, x=x)
                measured = self._measured(point, at_zero + slope * x, noise)
                self.groups.setdefault(group, {})[point.name] = measured

    def _measured(self, benchmark, cost, noise):
        generator = random.Random(f"{benchmark.name}{cost}")
        batches = [[cost * (1 + generator.random() * noise) for _ in range(3)] for _ in range(10)]
        return Measurement(benchmark, batches=batches, contexts=[self.context])

    def group(self, name):
        return self.groups[name]


def answer(statement, measurements):
    (check,) = [check for check in CHECKS if check.statement == statement]
    return check.result(measurements.group).holds


def test_the_groups_of_all_checks_exist():
    assert {name for check in CHECKS for name in check.groups} <= set(GROUPS)
    assert len({check.statement for check in CHECKS}) == len(CHECKS)


def test_the_benchmarks_of_all_orders_are_in_the_ranking():
    ranking = {benchmark.name for benchmark in GROUPS["ranking"].benchmarks}
    assert {name for order in ORDERS for name in order} <= ranking


@pytest.mark.parametrize(("faster", "slower"), ORDERS)
def test_orders(faster, slower):
    check = partial(answer, f"{faster} < {slower}")
    assert check(MadeUp({faster: 1, slower: 2})) is True
    assert check(MadeUp({faster: 2, slower: 1})) is False
    assert check(MadeUp({faster: 1, slower: 1.01}, noise=0.5)) is None


@pytest.mark.parametrize(
    ("statement", "key", "wrong"),
    [
        ("os.fork costs more with each MB of the parent", (SMALL_PAGES, "os.fork"), (12_000, -20)),
        ("os.posix_spawn does not: less than a twentieth of that", (SMALL_PAGES, "os.posix_spawn"), (500, 20)),
        (
            "a MB in huge pages costs os.fork less than a tenth of one in small pages",
            (HUGE_PAGES, "os.fork"),
            (350, 10),
        ),
        ("fork crosses forkserver before spawn", (SMALL_PAGES, "Process, spawn"), (5_000, 0)),
    ],
)
def test_growth(statement, key, wrong):
    assert answer(statement, MadeUp(lines=GOOD)) is True
    assert answer(statement, MadeUp(lines=GOOD | {key: wrong})) is False
    assert answer(statement, MadeUp(lines=dict.fromkeys(GOOD, (350, 0)), noise=0.5)) is None


@pytest.mark.parametrize("word", ["first quartile", "median"])
def test_handwritten_loops(word):
    for ours, handwritten in HANDWRITTEN_PAIRS:
        operation = handwritten.name.removesuffix(", handwritten")
        check = partial(answer, f"the {word} of {operation} is within 10 % of a handwritten loop's")
        assert check(MadeUp({ours.name: 1, handwritten.name: 1})) is True
        assert check(MadeUp({ours.name: 1.3, handwritten.name: 1})) is False
        assert check(MadeUp({ours.name: 1, handwritten.name: 1}, noise=0.8)) is None


def test_other_processes_on_the_cpus_leave_checks_open(monkeypatch):
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    faster, slower = ORDERS[0]
    busy = partial(MadeUp, {faster: 2, slower: 1}, running_elsewhere=7)
    assert answer(f"{faster} < {slower}", busy()) is None
    assert answer(f"{faster} < {slower}", MadeUp({faster: 20, slower: 1}, running_elsewhere=7)) is False
    for ours, handwritten in HANDWRITTEN_PAIRS[:1]:
        statement = "the median of os.fork is within 10 % of a handwritten loop's"
        assert answer(statement, MadeUp({ours.name: 2, handwritten.name: 1}, running_elsewhere=7)) is None
        assert answer(statement, MadeUp({ours.name: 20, handwritten.name: 1}, running_elsewhere=7)) is False


def test_an_unavailable_or_failed_benchmark_has_no_answer():
    faster, slower = ORDERS[0]
    measurements = MadeUp({faster: 1, slower: 2})
    measurements.group("ranking")[faster].unavailable_because = "needs fork"
    with pytest.raises(checks.NotMeasuredError, match="needs fork"):
        answer(f"{faster} < {slower}", measurements)
    measurements.group("ranking")[slower].failure = "ended"
    measurements.group("ranking")[faster].unavailable_because = None
    with pytest.raises(checks.MeasurementFailedError, match="ended"):
        answer(f"{faster} < {slower}", measurements)
