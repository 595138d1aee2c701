"""Finds the processes of a miniature without using the containment: by a mark on the command line and by a record.

Each process of a miniature has the mark on its command line, whatever it does to its session and its environment. Each
also writes its pid into the record, by which it is found when it is a zombie.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from procsem.containment import Task

MINIATURES = Path(__file__).parent / "miniatures"
SYSTEM = {
    k: v for k, v in os.environ.items() if k.upper() in {"SYSTEMROOT", "PATH", "TMPDIR", "WINEPREFIX", "WINEDEBUG"}
}


@dataclass
class Miniature:
    """One run of a miniature: how to start it, and how to find its processes."""

    folder: Path
    mark: str = field(default_factory=lambda: "mark" + os.urandom(8).hex())
    token: str = field(default_factory=lambda: os.urandom(6).hex())

    @property
    def record(self) -> Path:
        """The file into which its processes write their pids."""
        return self.folder / f"{self.mark}.record"

    def command(self, name: str, *arguments: object, of: str | None = None) -> list[str]:
        """Return the command line of the miniature ``name`` in the file ``of``."""
        of = of or ("anywhere" if sys.platform == "win32" else "posix")
        script = str(MINIATURES / f"{of}.py")
        # Without site, which the miniatures do not need, they start faster.
        return [sys.executable, "-S", script, name, str(self.record), self.mark, *map(str, arguments)]

    def task(self, name: str, *arguments: object, of: str | None = None, **limits: float | int) -> Task:
        """Return a task that runs the miniature; ``limits`` are attributes of the task."""
        argv = self.command(name, *arguments, of=of)
        attributes: dict[str, float | int] = {"timeout": 30.0, "grace_period": 0.3, **limits}
        return Task(argv, str(self.folder), SYSTEM, self.token, **attributes)  # type: ignore[arg-type]

    def recorded(self) -> dict[int, float]:
        """Return the recorded pids and the times at which they were written."""
        if not self.record.exists():
            return {}
        # the last line may be incomplete
        lines = [line.split() for line in self.record.read_text().split("\n")[:-1]]
        return {int(pid): float(at) for pid, at in lines}

    def processes(self) -> list[psutil.Process]:
        """Return the processes that exist now, with zombies, but without those that another program has yet to reap.

        Process 1 or a subreaper above us adopts an orphan, and reaps it when it comes to it, which may be late.
        """
        ours = {os.getpid(), *self.recorded()}
        return [process for process in self._found() if not _is_zombie_of_another_program(process, ours)]

    def _found(self) -> Iterator[psutil.Process]:
        found = set()
        for process in map(_process, psutil.pids()):
            with contextlib.suppress(psutil.Error, OSError):
                if process and self.mark in process.cmdline():
                    found.add(process.pid)
                    yield process
        for pid, at in self.recorded().items():
            process = None if pid in found else _process(pid)
            with contextlib.suppress(psutil.Error, OSError):
                # A process that was started after the pid was recorded is another one.
                if process and process.create_time() <= at + 1:
                    yield process

    def end(self) -> None:
        """Kill its processes by pid."""
        for process in self.processes():
            with contextlib.suppress(psutil.Error):
                process.kill()


def _process(pid: int) -> psutil.Process | None:
    try:
        return psutil.Process(pid)
    except (psutil.Error, OSError):
        return None


def _is_zombie_of_another_program(process: psutil.Process, ours: set[int]) -> bool:
    """Return whether the process is gone, or a zombie below none of our processes."""
    with contextlib.suppress(psutil.Error, OSError):
        return process.status() == psutil.STATUS_ZOMBIE and ours.isdisjoint(each.pid for each in process.parents())
    return True  # gone


def eventually(condition: Callable[[], object], within: float) -> bool:
    """Wait until the condition holds, at most ``within`` seconds; return whether it holds."""
    give_up = time.monotonic() + within
    while not condition():
        if time.monotonic() > give_up:
            return False
        time.sleep(0.01)
    return True
