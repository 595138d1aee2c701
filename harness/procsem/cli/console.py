"""Where output goes: a terminal with colour and its own width, or a pipe or file with plain lines that never wrap."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from procsem.model import CellResult
from procsem.views.formatting import under

_PIPE_WIDTH = 10_000
_WIDE = 100


def output() -> Console:
    """The console of standard output. Nothing that is printed on it is taken for markup."""
    on_terminal = sys.stdout.isatty()
    return Console(
        markup=False,
        highlight=False,
        emoji=False,
        width=None if on_terminal else _PIPE_WIDTH,
        safe_box=True,
    )


class Meter(Protocol):
    """Shows that cells are done."""

    def done(self, result: CellResult) -> None: ...


class _Lines:
    """Elsewhere than on a terminal: a line a cell."""

    def __init__(self, screen: Console, total: int) -> None:
        self.screen, self.total, self.count = screen, total, 0

    def done(self, result: CellResult) -> None:
        self.count += 1
        count = f"[{self.count:{len(str(self.total))}}/{self.total}]"
        mark = "" if result.as_expected else "  NOT AS EXPECTED"
        self.screen.print(f"{count} {under(result)}: {result.verdict} ({result.seconds:.2f} s){mark}")


class _Bar:
    """On a terminal: a bar that goes away."""

    def __init__(self, progress: Progress, total: int, title: str) -> None:
        self.progress, self.task = progress, progress.add_task(title, total=total, unexpected="")
        self.unexpected = 0

    def done(self, result: CellResult) -> None:
        self.unexpected += not result.as_expected
        said = f"{self.unexpected} not as expected" if self.unexpected else ""
        self.progress.update(self.task, advance=1, unexpected=said)


@contextmanager
def meter(screen: Console, total: int, title: str) -> Iterator[Meter]:
    """A meter for so many cells."""
    if not screen.is_terminal:
        screen.print(title)
        yield _Lines(screen, total)
        return
    figures = (
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[unexpected]}", style="red", markup=False),
    )
    wide = (TextColumn("{task.description}", markup=False), BarColumn())
    with Progress(
        *(wide if screen.width >= _WIDE else ()), *figures, console=screen, transient=True, refresh_per_second=5
    ) as progress:
        yield _Bar(progress, total, title)
