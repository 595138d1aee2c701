"""Snapshots of a process tree, and how a whole tree is killed. Shared by the POSIX mechanisms."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import sys
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import NamedTuple, Protocol

assert sys.platform != "win32"  # mypy checks the rest of this module for this platform only

from procsem.containment.contract import KILL_TIMEOUT, Task

_FREEZE_TIMEOUT = 1.0
"""Seconds to spend on stopping a tree before it is killed. A tree that multiplies faster is killed while it runs."""

_KILL_INTERVAL = 0.05
"""Seconds until the processes that are left are killed again."""

_SHARED_FOLDER = "/dev/shm"
"""Where Linux shows POSIX shared memory and semaphores."""

_MAPPED = re.compile(rb"^\S+ \S+ \S+ \S+ (\d+) +%b/" % _SHARED_FOLDER.encode(), re.MULTILINE)
"""The inode in a line of a file of mappings, see proc_pid_maps(5). The path may be one that the C library has replaced
since."""

_OF_MULTIPROCESSING = ("sem.mp-", "psm_")
"""The beginnings of the names that multiprocessing gives to semaphores and to shared memory."""

_LARGEST_TREE = 50
"""Number of processes whose mappings are read. A larger tree may be a fork bomb, which must be killed at once."""

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


def shared_objects(processes: Collection[ProcessInfo]) -> set[int]:
    """Return the inodes of the semaphores and the shared memory that these processes have mapped.

    Nothing is returned for a large tree, or on a system that does not tell.
    """
    if sys.platform != "linux" or len(processes) > _LARGEST_TREE:
        return set()
    return {inode for process in processes for inode in _mapped_by(str(process.pid))}


def _mapped_by(pid: str) -> set[int]:
    with contextlib.suppress(OSError), open(f"/proc/{pid}/maps", "rb") as maps:
        return set(map(int, _MAPPED.findall(maps.read())))
    return set()


def named_shared() -> dict[int, str]:
    """Return the paths of all semaphores and shared memory of multiprocessing on this system, by inode."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError), os.scandir(_SHARED_FOLDER) as entries:
            return {entry.inode(): entry.path for entry in entries if entry.name.startswith(_OF_MULTIPROCESSING)}
    return {}


def remove_shared(inodes: Collection[int], older: Collection[int]) -> None:
    """Remove multiprocessing's semaphores and shared memory that a killed tree had mapped.

    Its resource tracker removes them at the end of a program, but not if it is killed with the program. Those that are
    ``older`` than the tree, or that another process has mapped, stay.
    """
    left = {inode: path for inode, path in named_shared().items() if inode in inodes and inode not in older}
    if not left:
        return
    used = {inode for pid in os.listdir("/proc") if pid.isdigit() for inode in _mapped_by(pid)}
    for inode, path in left.items():
        if inode not in used:
            with contextlib.suppress(OSError):  # it is removed already, or it belongs to another user
                os.unlink(path)


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
