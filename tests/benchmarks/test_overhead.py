"""The CPU time that the harness adds to that of its probes."""

import sys

import pytest

from procsem.runner import usable_cpus
from procsem_dev.overhead import choose_cells, measure_containment, measure_run

MAX_CPU_RATIO = 1.05
SAMPLE = 8
"""Every eighth cell is run without and with a sandbox."""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs a subreaper, which counts every descendant")


def test_a_run_costs_at_most_a_twentieth_more_than_its_probes(benchmark, capsys):
    cells, jobs = choose_cells(), usable_cpus()
    cost = benchmark.pedantic(lambda: measure_run(cells, jobs), rounds=1, iterations=1)
    benchmark.extra_info.update(cells=len(cells), cpu_ratio=cost.cpu_ratio)
    busy = cost.whole.cpu / cost.whole.wall / jobs
    with capsys.disabled():
        print(
            f"\n{len(cells)} cells, {jobs} at a time: {cost.whole.cpu:.1f} s of CPU time, {cost.probes:.1f} s in probes"
        )
        print(f"  CPU time, run / its probes  {cost.cpu_ratio:.3f}")
        print(f"  wall time                   {cost.whole.wall:.0f} s; {busy:.0%} of the CPUs in use")
    assert cost.cpu_ratio <= MAX_CPU_RATIO


def test_a_probe_costs_the_same_in_a_sandbox(benchmark, capsys):
    cells = choose_cells()[::SAMPLE]
    cost = benchmark.pedantic(lambda: measure_containment(cells), rounds=1, iterations=1)
    benchmark.extra_info.update(cells=len(cells), cpu_ratio=cost.cpu_ratio)
    with capsys.disabled():
        print(f"\n{len(cells)} cells: {cost.bare:.1f} s of CPU time bare, {cost.contained:.1f} s contained")
        print(f"  CPU time, contained / bare  {cost.cpu_ratio:.3f}")
    assert cost.cpu_ratio <= MAX_CPU_RATIO
