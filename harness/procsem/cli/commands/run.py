"""``procsem run``: test claims, print the matrix, keep the results."""

from __future__ import annotations

import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import click
from attrs import frozen
from rich.console import Console

from procsem.catalogue import Catalogue, check_probes, load_and_select
from procsem.cli import completion
from procsem.cli.console import output, print_entries, print_line
from procsem.cli.options import RUNS, other_probes, probes_option
from procsem.cli.progress import progress
from procsem.environment import CONDITIONS, Pid1Check
from procsem.model import CellResult, Claim, Column, Matrix, Run, Verdict
from procsem.results import ResultFileError, prepare, write
from procsem.runner import (
    START_METHOD_CHOICES,
    Cell,
    Scheduler,
    ScratchSpace,
    ScratchSpaceError,
    Target,
    default_jobs,
    measure_targets,
    plan,
    run_environment,
)
from procsem.views import conclusion, terminal
from procsem.views.explain import explanation_of, rerun_command
from procsem.views.formatting import outcome


@click.command("run")
@click.argument("patterns", nargs=-1, metavar="[PATTERN]...", shell_complete=completion.patterns)
@click.option(
    "--start-method",
    "start_methods",
    multiple=True,
    type=click.Choice(START_METHOD_CHOICES),
    help="Run the claims under this start method; may be repeated. Default: all that this Python has.",
)
@click.option(
    "--python",
    "pythons",
    multiple=True,
    metavar="EXE",
    help="Run the probes under this interpreter; may be repeated. It needs no packages.",
)
@click.option(
    "--jobs",
    type=click.IntRange(1, 256),
    metavar="N",
    help="Run this many probes at the same time. Default: two per usable CPU.",
)
@click.option(
    "--repeat",
    type=click.IntRange(1, 100_000),
    default=1,
    show_default=True,
    metavar="N",
    help="Run every cell N times; a cell whose verdict changes is inconclusive.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=RUNS,
    show_default=True,
    metavar="DIR",
    help="Keep the result files in this folder.",
)
@click.option(
    "-O",
    "--optimize",
    count=True,
    help="Run the probes under python -O, which removes all assert statements, also multiprocessing's; twice: -OO.",
)
@probes_option
def command(
    patterns: tuple[str, ...],
    start_methods: tuple[str, ...],
    pythons: tuple[str, ...],
    jobs: int | None,
    repeat: int,
    out: Path,
    optimize: int,
    probes: Path,
) -> int:
    """Test claims and print the matrix.

    A PATTERN is the id of a claim (daemon/no-children), a topic (daemon), or either with * in it. Without a pattern,
    every claim is tested.
    """
    return run(
        Request(
            patterns=patterns,
            start_methods=start_methods,
            pythons=pythons,
            jobs=jobs,
            repeat=repeat,
            out=out,
            probes=probes,
            optimize=optimize,
        )
    )


@frozen
class Request:
    """The options of one call of ``procsem run``."""

    patterns: Sequence[str]
    start_methods: Sequence[str]
    pythons: Sequence[str]
    jobs: int | None
    repeat: int
    out: Path
    probes: Path
    optimize: int = 0
    """The number of -O options that the interpreter of the probes gets."""


class _Stopped(KeyboardInterrupt):
    """Raised when the signal ``number`` asks the run to stop."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def run(request: Request) -> int:
    """Run the cells, print the matrix, keep the runs; return the exit code."""
    catalogue, claims = load_and_select(request.probes, CONDITIONS, request.patterns)
    check_probes(claims)
    prepare(request.out)
    pid1 = Pid1Check()
    session = _Session(request, catalogue, output(), pid1)
    stopped: int | None = None
    failure: Exception | None = None
    with _stop_signals():
        try:
            with (
                ScratchSpace() as scratch,
                pid1,
                Scheduler(request.jobs or default_jobs(), scratch) as scheduler,
            ):
                targets = measure_targets(request.pythons, scheduler, request.optimize)
                plans = [plan(claims, request.start_methods, target) for target in targets]
                for target, cells in zip(targets, plans, strict=True):
                    session.measure(target, cells, scheduler)
        except _Stopped as stop:
            stopped = stop.number
        except (ScratchSpaceError, ResultFileError) as error:
            failure = error
    session.show(claims)
    if failure is not None:
        raise failure
    if stopped is not None:
        session.screen.print(f"procsem: stopped by {signal.Signals(stopped).name}; no process was left running")
        return 128 + stopped
    return session.exit_code()


class _Session:
    """The runs of one call of ``procsem run``."""

    def __init__(self, request: Request, catalogue: Catalogue, screen: Console, pid1: Pid1Check) -> None:
        self.request, self.catalogue, self.screen, self.pid1 = request, catalogue, screen, pid1
        self.runs: list[tuple[Run, Target]] = []
        self.files: list[Path] = []

    def measure(self, target: Target, cells: Sequence[Cell], scheduler: Scheduler) -> None:
        """Measure one environment. The cells that were measured are kept even if an error or a signal ends the run."""

        def keep(run: Run) -> None:
            self.runs.append((run, target))
            try:
                self.files.append(write(run, self.request.out))
            except _Stopped:  # it comes once, so the run is kept at the second attempt
                self.files.append(write(run, self.request.out))
                raise

        repeat = self.request.repeat
        with progress(self.screen, len(cells) * repeat, target.environment.label) as shown:
            run_environment(target, cells, scheduler, repeat=repeat, pid1=self.pid1, on_result=shown.done, keep=keep)

    def show(self, claims: Sequence[Claim]) -> None:
        """Print the matrix, an explanation of each unexpected cell, and the names of the result files."""
        if not self.runs:
            return
        matrix = Matrix(tuple(Column(run.environment.label, run) for run, _ in self.runs))
        for part in terminal.show(matrix, claims, self.screen):
            self.screen.print(part)
        if len(claims) == 1:
            self._conclude(claims[0])
        for run, target in self.runs:
            for result in run.cells:
                if not result.as_expected:
                    self._explain(run, target, result)
        for run, _ in self.runs:
            print_line(self.screen, outcome(run), "bold" if run.complete else "bold red")
        for file in self.files:
            print_line(self.screen, f"kept in {file}")

    def _conclude(self, claim: Claim) -> None:
        """Print what the result of the only claim means for a user's program."""
        print_line(self.screen, claim.id, "bold")
        print_entries(
            self.screen, list(conclusion.entries(claim, [(run.environment, run.cells) for run, _ in self.runs]))
        )
        self.screen.print()

    def _explain(self, run: Run, target: Target, result: CellResult) -> None:
        claim = self.catalogue.claim(result.claim)
        rerun = rerun_command(result, target.environment, target.python, other_probes(self.request.probes))
        by_hand = Cell(claim, result.start_method, target).command()
        explanation = explanation_of(claim, result, run.environment, rerun, by_hand)
        print_line(self.screen, explanation.title, "bold red")
        print_entries(self.screen, explanation.entries)
        self.screen.print()

    def exit_code(self) -> int:
        """Return 0 if every cell is as expected and at least one was judged, else 1."""
        cells = [cell for run, _ in self.runs for cell in run.cells]
        if all(cell.verdict is Verdict.UNSUPPORTED for cell in cells):
            self.screen.print("procsem: no cell was judged: none of the chosen claims is supported here")
            return 1
        return 0 if all(cell.as_expected for cell in cells) else 1


@contextmanager
def _stop_signals() -> Iterator[None]:
    """Raise :class:`_Stopped` at the first signal that asks the program to end; ignore later ones."""

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
