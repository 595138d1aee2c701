"""Measure the CPU time of ``procsem run`` as a multiple of the CPU time of its probes alone. Linux only.

The bare side runs the command lines of the probes under a parent that only reaps (``reaper.py``); the harness side runs
``procsem run`` under the same parent. The CPU time includes every descendant.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from attrs import frozen

from procsem.catalogue import BUILT_IN, load
from procsem.environment import FACTS
from procsem.judge import missing_needs
from procsem.model import Claim
from procsem.runner import Cell, Scheduler, ScratchSpace, executions, measure_targets, plan
from procsem.runner.execution import read_report

REAPER = Path(__file__).with_name("reaper.py")


@frozen
class Usage:
    """The time that a number of commands took, in seconds."""

    cpu: float
    wall: float


@frozen
class Round:
    """The same cells, run by the bare commands and by the harness."""

    bare: Usage
    harness: Usage

    @property
    def cpu_ratio(self) -> float:
        """The CPU time of the harness as a multiple of that of the bare probes."""
        return self.harness.cpu / self.bare.cpu

    @property
    def wall_ratio(self) -> float:
        """The same for the wall-clock time."""
        return self.harness.wall / self.bare.wall


def choose_cells(claims: Sequence[Claim] | None = None) -> list[Cell]:
    """Return the cells of these claims, or of all that may run side by side, whose needs are met here."""
    chosen = load(BUILT_IN, FACTS).claims if claims is None else claims
    with ScratchSpace() as scratch, Scheduler(1, scratch) as scheduler:
        (target,) = measure_targets([], scheduler)
    cells = plan([claim for claim in chosen if not claim.alone], [], target)
    return [cell for cell in cells if not missing_needs(cell.claim, cell.facts, cell.start_method)]


def measure_round(cells: Sequence[Cell], jobs: int, report: Callable[[str], None] = lambda line: None) -> Round:
    """Run the cells on both sides, ``jobs`` probes at a time, and report the usage of each side when it has ended."""
    usages = []
    for name, run in (("the bare probes", run_bare), ("procsem run", run_harness)):
        report(f"{len(cells)} cells, {jobs} probes at a time: {name}")
        usages.append(run(cells, jobs))
        report(f"  {usages[-1].cpu:.1f} s of CPU time in {usages[-1].wall:.0f} s")
    return Round(*usages)


def run_bare(cells: Sequence[Cell], jobs: int) -> Usage:
    """Run the probes in scratch directories like the harness's: in longer paths, some sockets could not be created."""
    with ScratchSpace() as scratch, ExitStack() as stack:
        places = [(execution, stack.enter_context(scratch.new_dir())) for execution in executions(cells)]
        usage = _reap(
            [
                {
                    "argv": execution.command("--report", str(place.report)),
                    "cwd": str(place.folder),
                    "env": dict(place.env),
                }
                for execution, place in places
            ],
            jobs,
        )
        failed = [problem for _, place in places if (problem := read_report(place.report).problem)]
    if failed:
        raise RuntimeError(f"a probe failed, so it has not done the same work: {failed[0]}")
    return usage


def run_harness(cells: Sequence[Cell], jobs: int) -> Usage:
    """Run ``procsem run`` on the claims of these cells."""
    ids = sorted({cell.claim.id for cell in cells})
    with tempfile.TemporaryDirectory() as folder:
        argv = [sys.executable, "-m", "procsem", "run", *ids, "--jobs", str(jobs), "--out", folder]
        usage = _reap([{"argv": argv, "cwd": folder, "env": dict(os.environ)}], 1)
        (file,) = Path(folder).glob("*.json")
        ran = [cell for cell in json.loads(file.read_text(encoding="utf-8"))["cells"] if cell["arms"]]
    if len(ran) != len(cells):
        raise RuntimeError(f"the harness ran {len(ran)} cells, the bare side {len(cells)}")
    return usage


def _reap(commands: Sequence[Mapping[str, Any]], jobs: int) -> Usage:
    argv = [sys.executable, "-I", "-S", str(REAPER), str(jobs)]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as reaper:
        assert reaper.stdin is not None
        assert reaper.stdout is not None
        reaper.stdin.write(json.dumps(commands) + "\n")
        reaper.stdin.flush()
        return Usage(**json.loads(reaper.stdout.read()))
