"""The progress of a run: a bar on a terminal, one line per cell elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from procsem.model import CellResult
from procsem.views.formatting import under

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

_WIDE = 100


class ProgressView(Protocol):
    """A display of finished cells."""

    def done(self, result: CellResult) -> None: ...


class _Lines:
    """One line per cell, for a pipe or a file."""

    def __init__(self, screen: Console, total: int) -> None:
        self.screen, self.total, self.count = screen, total, 0

    def done(self, result: CellResult) -> None:
        self.count += 1
        count = f"[{self.count:{len(str(self.total))}}/{self.total}]"
        mark = "" if result.as_expected else "  NOT AS EXPECTED"
        self.screen.print(f"{count} {under(result)}: {result.verdict} ({result.seconds:.2f} s){mark}")


class _Bar:
    """A bar on a terminal, which disappears at the end."""

    def __init__(self, progress: Progress, total: int, title: str) -> None:
        self.progress, self.task = progress, progress.add_task(title, total=total, unexpected="")
        self.unexpected = 0

    def done(self, result: CellResult) -> None:
        self.unexpected += not result.as_expected
        text = f"{self.unexpected} not as expected" if self.unexpected else ""
        self.progress.update(self.task, advance=1, unexpected=text)


@contextmanager
def progress(screen: Console, total: int, title: str) -> Iterator[ProgressView]:
    """Show the progress of ``total`` cells while the block runs."""
    if not screen.is_terminal:
        screen.print(title)
        yield _Lines(screen, total)
        return
    # Loaded here because it takes longer to load than most probes take to run, and pipes need none of it.
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    figures = (
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[unexpected]}", style="red", markup=False),
    )
    wide = (TextColumn("{task.description}", markup=False), BarColumn())
    with Progress(
        *(wide if screen.width >= _WIDE else ()), *figures, console=screen, transient=True, refresh_per_second=5
    ) as bar:
        yield _Bar(bar, total, title)
