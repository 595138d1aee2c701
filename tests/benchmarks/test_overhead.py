"""What the harness costs beside the bare probes, in ratios; the two are measured in turn in one run.

The bare side is the same command lines under a parent that does nothing but reap (``reaper.py``);
the harness side is ``procsem run`` under the same parent. CPU time is that of every process below.
"""

import json
import os
import statistics
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from procsem.bench import measure as measuring
from procsem.catalogue import BUILT_IN, load
from procsem.environment import FACTS
from procsem.judge import missing_needs
from procsem.runner import Scheduler, ScratchSpace, executions, measure, plan, usable_cpus
from procsem.runner.execution import read_report

REAPER = Path(measuring.__file__).with_name("reaper.py")
ROUNDS = 3

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="needs a subreaper, so that every descendant is counted"
)


def reap(commands, beside):
    argv = [sys.executable, "-I", "-S", str(REAPER), str(beside)]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as reaper:
        reaper.stdin.write(json.dumps(commands) + "\n")
        reaper.stdin.flush()
        return json.loads(reaper.stdout.read())


@pytest.fixture(scope="module")
def cells():
    with ScratchSpace() as workplace, Scheduler(1, workplace) as scheduler:
        target = scheduler.using_sandbox(lambda slot: measure(sys.executable, slot, workplace))
    cells = plan([claim for claim in load(BUILT_IN, FACTS).claims if not claim.alone], [], target)
    return [cell for cell in cells if not missing_needs(cell.claim, cell.facts, cell.start_method)]


def bare(cells, beside):
    """The probes at desks like the harness's own: some would fail where a socket's path got too long."""
    with ScratchSpace() as workplace, ExitStack() as desks:
        seated = [(execution, desks.enter_context(workplace.desk())) for execution in executions(cells)]
        result = reap(
            [
                {"argv": execution.command("--report", str(desk.report)), "cwd": str(desk.folder), "env": desk.env}
                for execution, desk in seated
            ],
            beside,
        )
        failed = [problem for _, desk in seated if (problem := read_report(desk.report)[2])]
    assert not failed, "a probe that fails has not done the same work"
    return result


def harnessed(cells, folder, beside):
    folder.mkdir(exist_ok=True)
    ids = sorted({cell.claim.id for cell in cells})
    argv = [sys.executable, "-m", "procsem", "run", *ids, "--jobs", str(beside), "--out", str(folder)]
    result = reap([{"argv": argv, "cwd": str(folder), "env": dict(os.environ)}], 1)
    (run,) = folder.glob("*.json")
    ran = [cell for cell in json.loads(run.read_text(encoding="utf-8"))["cells"] if cell["arms"]]
    assert len(ran) == len(cells), "both sides must have run the same cells"
    run.unlink()
    return result


def test_cpu_time_of_the_harness_over_that_of_bare_probes(benchmark, cells, tmp_path, capsys):
    """At most 1.10 is wanted."""
    beside = usable_cpus()
    rounds = []

    def one_round():
        rounds.append((bare(cells, beside), harnessed(cells, tmp_path / "harnessed", beside)))

    benchmark.pedantic(one_round, rounds=ROUNDS, iterations=1)
    ratios = [ours["cpu"] / alone["cpu"] for alone, ours in rounds]
    busy = [ours["cpu"] / ours["wall"] / beside for _, ours in rounds]
    benchmark.extra_info.update(cells=len(cells), cpu_ratio=statistics.median(ratios), busy=statistics.median(busy))
    with capsys.disabled():
        print(f"\n{len(cells)} cells on {beside} CPUs, {ROUNDS} rounds, median (least to most):")
        print(f"  CPU time, harness / bare   {_spread(ratios)}")
        print(f"  wall time, harness / bare  {_spread([ours['wall'] / alone['wall'] for alone, ours in rounds])}")
        print(f"  CPUs kept busy             {_spread(busy)}")
        print(f"  wall time, harness         {_spread([ours['wall'] for _, ours in rounds])} s")


def _spread(values):
    return f"{statistics.median(values):.2f} ({min(values):.2f} to {max(values):.2f})"
