"""What is told of two stored runs, from figures made up for it."""

import random

import pytest
from attrs import evolve

from procsem.bench import statistics as figures
from procsem.bench.compare import compare
from procsem.bench.results import Bench, Figure

MACHINE = {"system": "Linux", "kernel": "6.1", "cpu": "one", "cpus": 2, "python": "CPython 3.13.0"}
COSTS = {"limit: vfork": 80e-6, "os.fork": 350e-6, "Process, fork": 1.6e-3, "Process, spawn": 40e-3}


def run(chance, *, dearer=(), times=1.0, elsewhere=0.0, passes=8, **machine):
    """A run in which each pass is disturbed for all rows alike, and each round for itself."""
    disturbed = [1 + chance.expovariate(10) for _ in range(passes)]
    measured = {}
    for row, cost in COSTS.items():
        cost *= times if row in dearer else 1
        measured[row] = [[cost * whole * (1 + chance.expovariate(15)) for _ in range(5)] for whole in disturbed]
    context = {"modules": 34, "rss_kib": 9000, "running_elsewhere": elsewhere, "cpus": 2}
    limit = measured["limit: vfork"]
    rows = tuple(
        Figure("ladder", row, tuple(map(tuple, each)), figures.ratio(each, limit), "", 0, "", context)
        for row, each in measured.items()
    )
    return Bench(rows, {}, {}, MACHINE | machine)


def test_runs_of_the_same_are_not_told_apart():
    chance = random.Random(1)
    found = [compare(run(chance), run(chance)) for _ in range(40)]
    assert [each.dearer for each in found if each.dearer] == []
    assert {each.compared for each in found} == {len(COSTS)}
    assert {each.warnings for each in found} == {()}


def test_what_has_become_dearer_is_found_and_nothing_else():
    chance = random.Random(2)
    found = [compare(run(chance), run(chance, dearer=["os.fork"], times=1.3)).dearer for _ in range(40)]
    assert {line.split(":")[0] for lines in found for line in lines} == {"os.fork"}
    assert sum(len(lines) for lines in found) >= 38


def test_the_threshold_is_what_the_intervals_lie_apart():
    chance = random.Random(3)
    old, new = run(chance), run(chance, dearer=["os.fork"], times=1.5)
    one, other = (next(each.ratio for each in bench.figures if each.row == "os.fork") for bench in (old, new))
    apart = other.low / one.high
    assert compare(old, new, apart * 0.999).dearer
    assert not compare(old, new, apart * 1.001).dearer
    assert not compare(new, old, 1.0).dearer, "what has become cheaper is no regression"


def test_other_work_widens_what_a_long_figure_tells():
    chance = random.Random(4)
    new = run(chance, dearer=["Process, spawn"], times=1.5, elsewhere=3.0)
    for before in (0.0, 3.0):
        found = compare(run(chance, elsewhere=before), new)
        assert found.dearer == ()
        assert found.warnings[-1] == "other work wanted the CPUs now, and may have stretched a figure 2 times"
    assert compare(run(chance), run(chance, dearer=["Process, spawn"], times=5, elsewhere=3.0)).dearer
    assert compare(run(chance), run(chance, dearer=["os.fork"], times=1.5, elsewhere=3.0)).dearer, "it is short"


def test_what_else_differs_is_named():
    chance = random.Random(5)
    old, new = run(chance), run(chance, kernel="6.2")
    heavier = [evolve(each, context={**each.context, "modules": 60, "rss_kib": None}) for each in new.figures[:2]]
    new = evolve(new, figures=(*heavier, new.figures[2]))
    assert compare(old, new).warnings == (
        "kernel: 6.1 before, 6.2 now",
        "modules of the parent: 34 before, 60 now (limit: vfork; and 1 more rows)",
        "rss_kib of the parent: 9000 before, not known now (limit: vfork; and 1 more rows)",
        "not measured now: Process, spawn",
    )


@pytest.mark.parametrize("without", ["old", "new"])
def test_without_a_limit_nothing_is_compared(without):
    chance = random.Random(6)
    runs = {"old": run(chance), "new": run(chance, dearer=["os.fork"], times=9)}
    bare = tuple(evolve(each, ratio=None) for each in runs[without].figures)
    runs[without] = evolve(runs[without], figures=bare)
    found = compare(**runs)
    assert (found.dearer, found.compared) == ((), 0)
