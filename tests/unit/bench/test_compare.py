"""Comparing two runs, with runs that are made up."""

import random

import pytest
from attrs import evolve

from procsem.bench import statistics
from procsem.bench.compare import compare
from procsem.bench.results import BenchmarkResult, BenchmarkRun
from procsem.views import bench_text

MACHINE = {"system": "Linux", "kernel": "6.1", "cpu": "one", "cpus": 2, "python": "CPython 3.13.0"}
COSTS = {"baseline: vfork": 80e-6, "os.fork": 350e-6, "Process, fork": 1.6e-3, "Process, spawn": 40e-3}


def run(generator, *, slower=(), factor=1.0, elsewhere=0.0, batches=8, **machine):
    """A run in which all benchmarks of a batch are disturbed alike, and each round separately."""
    disturbances = [1 + generator.expovariate(10) for _ in range(batches)]
    measured = {}
    for name, cost in COSTS.items():
        cost *= factor if name in slower else 1
        measured[name] = [
            [cost * disturbance * (1 + generator.expovariate(15)) for _ in range(5)] for disturbance in disturbances
        ]
    context = {"modules": 34, "rss_kib": 9000, "running_elsewhere": elsewhere}
    baseline = measured["baseline: vfork"]
    results = tuple(
        BenchmarkResult(
            "ranking", name, tuple(map(tuple, own)), statistics.ratio(own, baseline), "", 0, "", context, cpus=2
        )
        for name, own in measured.items()
    )
    return BenchmarkRun(results, {}, (), MACHINE | machine)


def test_equal_runs_have_no_slower_benchmark():
    generator = random.Random(1)
    found = [compare(run(generator), run(generator)) for _ in range(40)]
    assert [comparison.slower for comparison in found if comparison.slower] == []
    assert {comparison.compared for comparison in found} == {len(COSTS)}
    assert {comparison.differences for comparison in found} == {()}


def test_only_the_slower_benchmark_is_found():
    generator = random.Random(2)
    found = [compare(run(generator), run(generator, slower=["os.fork"], factor=1.3)).slower for _ in range(40)]
    assert {each.name for slower in found for each in slower} == {"os.fork"}
    assert sum(len(slower) for slower in found) >= 38


def test_the_threshold_is_the_factor_between_the_intervals():
    generator = random.Random(3)
    old, new = run(generator), run(generator, slower=["os.fork"], factor=1.5)
    one, other = (next(each.ratio for each in run.benchmarks if each.name == "os.fork") for run in (old, new))
    apart = other.low / one.high
    assert compare(old, new, apart * 0.999).slower
    assert not compare(old, new, apart * 1.001).slower
    assert not compare(new, old, 1.0).slower, "a faster benchmark is not a regression"


def test_interference_widens_the_intervals_of_long_operations():
    generator = random.Random(4)
    new = run(generator, slower=["Process, spawn"], factor=1.5, elsewhere=3.0)
    for before in (0.0, 3.0):
        found = compare(run(generator, elsewhere=before), new)
        assert found.slower == ()
        warning = "other processes used the CPUs now, and may have slowed a benchmark 2 times"
        assert list(bench_text.differences(found))[-1] == warning
    assert compare(run(generator), run(generator, slower=["Process, spawn"], factor=5, elsewhere=3.0)).slower
    fork = run(generator, slower=["os.fork"], factor=1.5, elsewhere=3.0)
    assert compare(run(generator), fork).slower, "os.fork is too short for interference"


def test_other_differences_are_reported():
    generator = random.Random(5)
    old, new = run(generator), run(generator, kernel="6.2")
    larger = [evolve(each, context={**each.context, "modules": 60, "rss_kib": None}) for each in new.benchmarks[:2]]
    new = evolve(new, benchmarks=(*larger, new.benchmarks[2]))
    assert list(bench_text.differences(compare(old, new))) == [
        "kernel: 6.1 before, 6.2 now",
        "modules of the parent: 34 before, 60 now (baseline: vfork, and 1 more)",
        "rss_kib of the parent: 9000 before, unknown now (baseline: vfork, and 1 more)",
        "not measured now: Process, spawn",
    ]


def test_slower_benchmarks_are_shown_with_both_ratios():
    generator = random.Random(7)
    found = compare(run(generator), run(generator, slower=["os.fork"], factor=9))
    line, summary = bench_text.slower(found, 1.1)
    (slower,) = found.slower
    before, now = bench_text.interval(slower.before), bench_text.interval(slower.now)
    assert line == f"os.fork: {before} times the baseline before, {now} now"
    assert summary == "4 benchmarks compared, 1 slower by more than a factor of 1.1"


@pytest.mark.parametrize("without", ["old", "new"])
def test_without_a_baseline_nothing_is_compared(without):
    generator = random.Random(6)
    runs = {"old": run(generator), "new": run(generator, slower=["os.fork"], factor=9)}
    bare = tuple(evolve(each, ratio=None) for each in runs[without].benchmarks)
    runs[without] = evolve(runs[without], benchmarks=bare)
    found = compare(**runs)
    assert (found.slower, found.compared) == ((), 0)
