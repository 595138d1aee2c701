"""The CPU time of the harness compared with that of the bare probes; the two are measured in turn."""

import statistics
import sys

import pytest

from procsem.runner import usable_cpus
from procsem_dev.overhead import choose_cells, measure_round

ROUNDS = 1
"""A round takes two minutes on two CPUs."""
MAX_CPU_RATIO = 1.10

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs a subreaper, which counts every descendant")


def test_cpu_time_of_the_harness_is_at_most_a_tenth_more(benchmark, capsys):
    cells, jobs = choose_cells(), usable_cpus()
    rounds = []

    def report(line):
        with capsys.disabled():
            print(f"\n{line}", end="", flush=True)

    benchmark.pedantic(lambda: rounds.append(measure_round(cells, jobs, report)), rounds=ROUNDS, iterations=1)
    ratios = [each.cpu_ratio for each in rounds]
    busy = [each.harness.cpu / each.harness.wall / jobs for each in rounds]
    benchmark.extra_info.update(cells=len(cells), cpu_ratio=statistics.median(ratios), busy=statistics.median(busy))
    with capsys.disabled():
        print(f"\n{len(cells)} cells on {jobs} CPUs, {ROUNDS} rounds, median (minimum to maximum):")
        print(f"  CPU time, harness / bare   {_spread(ratios)}")
        print(f"  wall time, harness / bare  {_spread([each.wall_ratio for each in rounds])}")
        print(f"  share of the CPUs in use   {_spread(busy)}")
        print(f"  wall time, harness         {_spread([each.harness.wall for each in rounds])} s")
    assert statistics.median(ratios) <= MAX_CPU_RATIO


def _spread(values):
    return f"{statistics.median(values):.2f} ({min(values):.2f} to {max(values):.2f})"
