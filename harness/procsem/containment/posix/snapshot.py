"""Snapshots of a process tree, and how a whole tree is killed. Shared by the POSIX mechanisms."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple, Protocol

assert sys.platform != "win32"  # mypy checks the rest of this module for this platform only

from procsem.containment.contract import KILL_TIMEOUT, Task

_FREEZE_TIMEOUT = 1.0
"""Seconds to spend on stopping a tree before it is killed. A tree that multiplies faster is killed while it runs."""

_KILL_INTERVAL = 0.05
"""Seconds until the processes that are left are killed again."""

Scan = Callable[[], Iterable["ProcessInfo"]]
"""Yields the processes of a tree, parents first."""


class ProcessInfo(NamedTuple):
    """The state of a process at the time of a scan."""

    pid: int
    start: float
    """Start time on a clock of the system's own. Together with the pid it identifies a process."""
    parent: int
    group: int
    session: int
    zombie: bool
    name: str

    @property
    def identity(self) -> tuple[int, float]:
        """The pid and the start time, which together no other process ever has."""
        return self.pid, self.start


class Tree(Protocol):
    """The processes of one task after another, as one mechanism finds them. Lives in the supervisor."""

    def prepare(self, task: Task) -> None:
        """Get ready for a task. Called before it is started, when nothing is left of the previous task."""

    def started(self, pid: int) -> None:
        """Note the pid of the task's main process."""

    def exceeds(self, max_processes: int) -> bool:
        """Return True if a quick count finds more processes than this. False may mean that only a scan can tell."""

    def iter_processes(self) -> Iterator[ProcessInfo]:
        """Yield every process of the task, each as soon as it has been read."""

    def is_empty(self, childless: bool) -> bool:
        """Return whether no process is left; ``childless`` says whether the supervisor has no child to wait for."""


def with_descendants(found: dict[int, ProcessInfo], everyone: list[ProcessInfo]) -> dict[int, ProcessInfo]:
    """Return the found processes and all their descendants."""
    while more := {p.pid: p for p in everyone if p.parent in found and p.pid not in found}:
        found |= more
    return found


def signal_groups(processes: Iterable[ProcessInfo], number: int) -> None:
    """Send a signal to the process groups of these processes.

    killpg() is atomic, so no process escapes by forking. It hits no unrelated process: a group lies within one session,
    the task created all its sessions, and a pid is not reused while its zombie or its group exists (the processes were
    read just before).
    """
    for group in {process.group for process in processes}:
        # The group is gone, or it belongs to another user; in the second case the caller finds its processes again.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, number)


def freeze(scan: Scan) -> None:
    """Stop every process, so that none can react to the end of another one or multiply while they are killed.

    Each process is stopped as soon as it is found: the fewer run, the sooner the others are reached.
    """
    give_up = time.monotonic() + _FREEZE_TIMEOUT
    stopped: set[tuple[int, float]] = set()
    found = True
    while found and time.monotonic() < give_up:
        found = False
        for process in scan():
            if process.identity not in stopped and not process.zombie:
                signal_groups([process], signal.SIGSTOP)
                stopped.add(process.identity)
                found = True


def kill(scan: Scan, is_gone: Callable[[], bool], pause: Callable[[float], object]) -> list[ProcessInfo]:
    """Kill every process until none is left; return those that could not be killed.

    ``is_gone`` reaps dead processes and returns whether no process is left. ``pause`` returns when something may have
    changed, or after the given number of seconds.
    """
    give_up = time.monotonic() + KILL_TIMEOUT
    while not is_gone():
        scanned = time.monotonic()
        left = list(scan())
        signal_groups(left, signal.SIGKILL)
        if scanned > give_up:
            return left
        # Killed processes need the CPUs to end, so pause longer if a scan takes long.
        again = time.monotonic() + max(_KILL_INTERVAL, 4 * (time.monotonic() - scanned))
        while not is_gone() and (rest := again - time.monotonic()) > 0:
            pause(rest)
    return []
