"""Measure whole environments: interpreters become targets, and the cells of a target become a run."""

from __future__ import annotations

import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import partial

from attrs import evolve

from procsem.environment import Pid1Check
from procsem.model import CellKey, CellResult, Problem, ProblemKind, Run, Verdict
from procsem.runner.cell import Cell
from procsem.runner.schedule import Scheduler
from procsem.runner.target import Target, measure_target


def measure_targets(pythons: Iterable[str], scheduler: Scheduler, optimize: int = 0) -> list[Target]:
    """Measure each of these interpreters once; without any, the one that runs the harness.

    ``optimize`` is the number of -O options. Raises :class:`InterpreterError`.
    """
    chosen = list(dict.fromkeys(pythons)) or [sys.executable]
    measure = partial(measure_target, scratch=scheduler.scratch, optimize=optimize)
    return [scheduler.with_sandbox(partial(measure, executable)) for executable in chosen]


def run_environment(
    target: Target,
    cells: Sequence[Cell],
    scheduler: Scheduler,
    *,
    repeat: int = 1,
    pid1: Pid1Check | None = None,
    on_result: Callable[[CellResult], object] = lambda result: None,
    keep: Callable[[Run], object] = lambda run: None,
) -> Run:
    """Run the cells of one environment, each ``repeat`` times, and return the run.

    ``on_result`` gets each result as it arrives. ``keep`` gets the run even if an exception (an error, or a signal that
    asks the program to end) stops it: the run is then incomplete, and has the cells that were measured until then.
    """
    started = datetime.now(UTC).isoformat(timespec="seconds")
    began = time.monotonic()
    results: dict[CellKey, list[CellResult]] = defaultdict(list)
    complete = False
    try:
        for _, result in scheduler.results(cells, repeat):
            results[result.key].append(result)
            on_result(result)
        complete = True
    finally:
        run = Run(
            pid1.complete(target.environment) if pid1 else target.environment,
            started,
            round(time.monotonic() - began, 3),
            tuple(merge_repeats(results[cell.key]) for cell in cells if cell.key in results),
            complete,
        )
        if run.cells:
            keep(run)
    return run


def merge_repeats(results: Sequence[CellResult]) -> CellResult:
    """Return one result for a cell that was run several times; ``inconclusive`` if the verdicts differ.

    Its details are those of the first unexpected result, or of the first one.
    """
    if len(results) == 1:
        return results[0]
    counts: dict[str, int] = {}
    for result in results:
        counts[result.verdict] = counts.get(result.verdict, 0) + 1
    shown = next((result for result in results if not result.as_expected), results[0])
    seconds = sum(result.seconds for result in results) / len(results)
    if len(counts) == 1:
        return evolve(shown, repeats=counts, seconds=seconds)
    return evolve(
        shown,
        verdict=Verdict.INCONCLUSIVE,
        as_expected=False,
        repeats=counts,
        seconds=seconds,
        problem=Problem(ProblemKind.DISAGREEMENT, counts=counts, detail=str(shown.problem or "")),
    )
