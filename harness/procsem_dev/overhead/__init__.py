"""Measure the CPU time that the harness adds to that of its probes. Linux only.

The speed of a machine that others use too changes by more than the harness costs, so nothing is compared with another
run minutes later. ``measure_run`` compares the CPU time of a whole ``procsem run``, with every descendant, to that of
its probes in the same run. ``measure_containment`` asks whether a probe costs more in a sandbox than under a parent
that only reaps (``reaper.py``): it runs each probe in both ways, one after the other.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import frozen

from procsem.catalogue import BUILT_IN, load
from procsem.containment import Sandbox, Task, open_sandbox
from procsem.environment import FACTS
from procsem.judge import missing_needs
from procsem.model import Claim
from procsem.runner import Cell, Scheduler, ScratchSpace, executions, measure_targets, plan
from procsem.runner.execution import read_report
from procsem.runner.scratch import ScratchDir

REAPER = Path(__file__).with_name("reaper.py")
COUNTING = Path(__file__).with_name("counting.py")


@frozen
class Usage:
    """The time that a number of commands took, in seconds."""

    cpu: float
    wall: float


@frozen
class RunCost:
    """The cost of one ``procsem run``."""

    whole: Usage
    """The time of the run with all its descendants."""
    probes: float
    """The CPU time of its probes, in seconds."""

    @property
    def cpu_ratio(self) -> float:
        """The CPU time of the run as a multiple of that of its probes."""
        return self.whole.cpu / self.probes


@frozen
class ContainmentCost:
    """The CPU time of the same probes without and with a sandbox, in seconds; the supervisor's own is not in it."""

    bare: float
    contained: float

    @property
    def cpu_ratio(self) -> float:
        """The CPU time in a sandbox as a multiple of that without one."""
        return self.contained / self.bare


def choose_cells(claims: Sequence[Claim] | None = None) -> list[Cell]:
    """Return the cells of these claims, or of all that may run side by side, whose needs are met here."""
    chosen = load(BUILT_IN, FACTS).claims if claims is None else claims
    with ScratchSpace() as scratch, Scheduler(1, scratch) as scheduler:
        (target,) = measure_targets([], scheduler)
    cells = plan([claim for claim in chosen if not claim.alone], [], target)
    return [cell for cell in cells if not missing_needs(cell.claim, cell.facts, cell.start_method)]


def measure_run(cells: Sequence[Cell], jobs: int) -> RunCost:
    """Run ``procsem run`` on the claims of these cells, ``jobs`` probes at a time."""
    ids = sorted({cell.claim.id for cell in cells})
    with tempfile.TemporaryDirectory() as folder:
        total = Path(folder, "probes.json")
        argv = [sys.executable, str(COUNTING), str(total), "run", *ids, "--jobs", str(jobs), "--out", f"{folder}/out"]
        usage = _reap([{"argv": argv, "cwd": folder, "env": dict(os.environ)}], 1)
        (file,) = Path(folder, "out").glob("*.json")
        ran = [cell for cell in json.loads(file.read_text(encoding="utf-8"))["cells"] if cell["arms"]]
        if len(ran) != len(cells):
            raise RuntimeError(f"the harness ran {len(ran)} cells of {len(cells)}")
        return RunCost(usage, json.loads(total.read_text(encoding="utf-8")))


def measure_containment(cells: Sequence[Cell]) -> ContainmentCost:
    """Run the probes of these cells one at a time, each without and with a sandbox, in alternating order."""
    bare = contained = 0.0
    with ScratchSpace() as scratch, open_sandbox() as sandbox:
        for number, execution in enumerate(executions(cells)):
            for in_sandbox in (False, True) if number % 2 else (True, False):
                with scratch.new_dir() as place:
                    argv = execution.command("--report", str(place.report))
                    if in_sandbox:
                        contained += _run_contained(sandbox, argv, place, execution.timeout)
                    else:
                        bare += _reap([{"argv": argv, "cwd": str(place.folder), "env": dict(place.env)}], 1).cpu
                    if problem := read_report(place.report).problem:
                        raise RuntimeError(f"a probe failed, so it has not done the same work: {problem}")
    return ContainmentCost(bare, contained)


def _run_contained(sandbox: Sandbox, argv: Sequence[str], place: ScratchDir, timeout: float) -> float:
    task = Task(argv=argv, cwd=str(place.folder), env=place.env, token=place.token, timeout=timeout, grace_period=10.0)
    cpu = sandbox.run(task).cpu_seconds
    assert cpu is not None
    return cpu


def _reap(commands: Sequence[Mapping[str, Any]], jobs: int) -> Usage:
    argv = [sys.executable, "-I", "-S", str(REAPER), str(jobs)]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as reaper:
        assert reaper.stdin is not None
        assert reaper.stdout is not None
        reaper.stdin.write(json.dumps(commands) + "\n")
        reaper.stdin.flush()
        return Usage(**json.loads(reaper.stdout.read()))
