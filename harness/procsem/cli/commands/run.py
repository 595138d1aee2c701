"""``procsem run``: from patterns to a matrix."""

from __future__ import annotations

import signal
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import FrameType

from attrs import frozen
from rich.console import Console
from rich.text import Text

from procsem import results as store
from procsem.catalogue import Catalogue, load, select
from procsem.cli.console import meter, output
from procsem.environment import CONDITIONS, Pid1Check
from procsem.judge import settle
from procsem.model import CellResult, Claim, Column, Matrix, Run, Verdict
from procsem.runner import (
    Cell,
    Scheduler,
    ScratchSpace,
    ScratchSpaceError,
    Target,
    default_jobs,
    measure,
    optimized,
    plan,
)
from procsem.views import terminal
from procsem.views.explain import explain, rerun_command
from procsem.views.formatting import outcome


@frozen
class Request:
    """What the user asked for."""

    patterns: Sequence[str]
    start_methods: Sequence[str]
    pythons: Sequence[str]
    jobs: int | None
    repeat: int
    out: Path
    probes: Path
    optimize: int = 0
    """How often the probes' interpreter gets -O."""


class _Stopped(KeyboardInterrupt):
    """A signal asked the run to stop; ``number`` is which."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def run(request: Request) -> int:
    """Run what was asked for, print the matrix, keep the runs; returns the exit code."""
    catalogue = load(request.probes, CONDITIONS)
    claims = select(catalogue.claims, request.patterns)
    methods = [] if "all" in request.start_methods else list(request.start_methods)
    store.prepare(request.out)
    process_1 = Pid1Check()
    session = _Session(request, catalogue, output(), process_1)
    stopped: int | None = None
    trouble: Exception | None = None
    with _stop_signals():
        try:
            with (
                ScratchSpace() as scratch,
                process_1,
                Scheduler(request.jobs or default_jobs(), scratch) as scheduler,
            ):
                pythons = list(dict.fromkeys(request.pythons)) or [sys.executable]
                targets = [
                    scheduler.using_sandbox(partial(measure, exe, scratch=scratch, flags=optimized(request.optimize)))
                    for exe in pythons
                ]
                plans = [plan(claims, methods, target) for target in targets]
                for target, cells in zip(targets, plans, strict=True):
                    session.measure(target, cells, scheduler)
        except _Stopped as stop:
            stopped = stop.number
        except (ScratchSpaceError, store.ResultFileError) as error:
            trouble = error
    session.show(claims)
    if trouble is not None:
        raise trouble
    if stopped is not None:
        session.screen.print(f"procsem: stopped by {signal.Signals(stopped).name}; no process was left running")
        return 128 + stopped
    return session.exit_code()


class _Session:
    """The runs of one call of ``procsem run``."""

    def __init__(self, request: Request, catalogue: Catalogue, screen: Console, process_1: Pid1Check) -> None:
        self.request, self.catalogue, self.screen, self.process_1 = request, catalogue, screen, process_1
        self.runs: list[tuple[Run, Target]] = []
        self.files: list[Path] = []

    def measure(self, target: Target, cells: Sequence[Cell], scheduler: Scheduler) -> None:
        """Measure one environment. What was measured is kept, whatever ends it."""
        started = datetime.now(UTC).isoformat(timespec="seconds")
        began = time.monotonic()
        results: dict[tuple[str, str | None], list[CellResult]] = defaultdict(list)
        complete = False
        try:
            with meter(self.screen, len(cells) * self.request.repeat, target.environment.label) as shown:
                for _, result in scheduler.results(cells, self.request.repeat):
                    results[result.claim, result.start_method].append(result)
                    shown.done(result)
            complete = True
        finally:
            repeats = (results.get((cell.claim.id, cell.start_method)) for cell in cells)
            settled = tuple(settle(each) for each in repeats if each)
            environment = self.process_1.complete(target.environment)
            run = Run(environment, started, round(time.monotonic() - began, 3), settled, complete)
            if settled:
                self.runs.append((run, target))
                self.files.append(store.write(run, self.request.out))

    def show(self, claims: Sequence[Claim]) -> None:
        """Print the matrix, what is not as expected, and where the runs are kept."""
        if not self.runs:
            return
        matrix = Matrix(tuple(Column(run.environment.label, run) for run, _ in self.runs))
        for part in terminal.show(matrix, claims, self.screen):
            self.screen.print(part)
        for run, target in self.runs:
            for result in run.cells:
                if not result.as_expected:
                    self._explain(run, target, result)
        for run, _ in self.runs:
            self.screen.print(Text(outcome(run), style="bold" if run.complete else "bold red"), soft_wrap=True)
        for file in self.files:
            self.screen.print(f"kept in {file}", soft_wrap=True)

    def _explain(self, run: Run, target: Target, result: CellResult) -> None:
        claim = self.catalogue.claim(result.claim)
        rerun = rerun_command(
            result, target.environment, None if target.executable == sys.executable else target.executable
        )
        by_hand = Cell(claim, result.start_method, target).command()
        lines = explain(claim, result, run.environment, rerun, by_hand)
        self.screen.print(Text(lines[0], style="bold red"), soft_wrap=True)
        for line in lines[1:]:
            self.screen.print(line, soft_wrap=True)
        self.screen.print()

    def exit_code(self) -> int:
        """0 when every cell is as expected and some cell was judged, else 1."""
        cells = [cell for run, _ in self.runs for cell in run.cells]
        if all(cell.verdict is Verdict.UNSUPPORTED for cell in cells):
            self.screen.print("procsem: no cell was judged: nothing that was chosen is supported here")
            return 1
        return 0 if all(cell.as_expected for cell in cells) else 1


@contextmanager
def _stop_signals() -> Iterator[None]:
    """Turn the signals by which a user or a system ends a program into :class:`_Stopped`, once."""

    def stop(number: int, frame: FrameType | None) -> None:
        for each in before:
            signal.signal(each, signal.SIG_IGN)
        raise _Stopped(number)

    names = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
    numbers = [getattr(signal, name) for name in names if hasattr(signal, name)]
    before = {number: signal.getsignal(number) for number in numbers if signal.getsignal(number) is not signal.SIG_IGN}
    for number in before:
        signal.signal(number, stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
