"""A census from outside, which uses nothing of the containment's: psutil, a mark on the command line, and a record.

Each miniature's process bears the mark on its command line, whatever it does to its session and its environment;
and each has written its pid into the record, by which it is found as a zombie too.
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
    """One run of a miniature: how to ask for it, and how to find what there is of it."""

    folder: Path
    mark: str = field(default_factory=lambda: "mark" + os.urandom(8).hex())
    token: str = field(default_factory=lambda: os.urandom(6).hex())

    @property
    def record(self) -> Path:
        """Where its processes write themselves down."""
        return self.folder / f"{self.mark}.record"

    def command(self, name: str, *arguments: object, of: str | None = None) -> list[str]:
        """The command line of the miniature with this name, of the file ``of``."""
        of = of or ("anywhere" if sys.platform == "win32" else "posix")
        script = str(MINIATURES / f"{of}.py")
        # Without site: the miniatures need nothing of it, and start the faster.
        return [sys.executable, "-S", script, name, str(self.record), self.mark, *map(str, arguments)]

    def task(self, name: str, *arguments: object, of: str | None = None, **limits: float | int) -> Task:
        """A task of it; ``limits`` are the task's own."""
        argv = self.command(name, *arguments, of=of)
        wanted: dict[str, float | int] = {"timeout": 30.0, "grace_period": 0.3, **limits}
        return Task(argv, str(self.folder), SYSTEM, self.token, **wanted)  # type: ignore[arg-type]

    def recorded(self) -> dict[int, float]:
        """The pids that its processes wrote down, and when."""
        if not self.record.exists():
            return {}
        # The last line may be being written.
        lines = [line.split() for line in self.record.read_text().split("\n")[:-1]]
        return {int(pid): float(at) for pid, at in lines}

    def census(self) -> list[psutil.Process]:
        """What there is of it now, zombies too, but for those that this system's process 1 has yet to reap."""
        return [process for process in self._found() if not _is_init_s(process)]

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
                # One that was started after the pid was written down is another process.
                if process and process.create_time() <= at + 1:
                    yield process

    def end(self) -> None:
        """End by pid what there is of it."""
        for process in self.census():
            with contextlib.suppress(psutil.Error):
                process.kill()


def _process(pid: int) -> psutil.Process | None:
    try:
        return psutil.Process(pid)
    except (psutil.Error, OSError):
        return None


def _is_init_s(process: psutil.Process) -> bool:
    with contextlib.suppress(psutil.Error, OSError):
        return process.status() == psutil.STATUS_ZOMBIE and process.ppid() == 1
    return True  # Gone meanwhile.


def eventually(true: Callable[[], object], within: float) -> bool:
    """Ask until it is so, for so many seconds at most."""
    give_up = time.monotonic() + within
    while not true():
        if time.monotonic() > give_up:
            return False
        time.sleep(0.01)
    return True
