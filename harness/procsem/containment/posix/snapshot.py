"""What a look at a process tree brings, and how a whole tree is ended. Shared by the POSIX mechanisms."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple, Protocol

# ruff: noqa: E402 - what is imported below this check is for these systems alone.
assert sys.platform != "win32"

import contextlib
import os
import signal

from procsem.containment.contract import PATIENCE, Task

_FREEZING = 1.0
"""Seconds that may go into stopping a tree before it is killed. A tree that outruns this is killed while it moves."""

Walk = Callable[[], Iterable["ProcessInfo"]]
"""Looks at the whole tree, from its root on."""

_AGAIN = 0.05
"""Seconds until what is left is killed again."""


class ProcessInfo(NamedTuple):
    """A process at the moment when it was looked at."""

    pid: int
    start: float
    """When it was started, on a clock of the system's own: with the pid, it names one process for good."""
    parent: int
    group: int
    session: int
    zombie: bool
    name: str

    @property
    def identity(self) -> tuple[int, float]:
        """What no other process ever has."""
        return self.pid, self.start


class Tree(Protocol):
    """What a mechanism knows about the task's processes; lives in the supervisor."""

    def prepare(self, task: Task) -> None:
        """Called before the task is started, with nothing left of the one before."""

    def started(self, pid: int) -> None:
        """Called once the task's main process has this pid."""

    def exceeds(self, max_processes: int) -> bool:
        """A quick look: whether there are more processes than this. False where only a census can tell."""

    def walk(self) -> Iterator[ProcessInfo]:
        """Every process of the task, each as soon as it was looked at."""

    def empty(self, childless: bool) -> bool:
        """Whether nothing is left, given whether the supervisor has no child left to wait for."""


def with_descendants(found: dict[int, ProcessInfo], everyone: list[ProcessInfo]) -> dict[int, ProcessInfo]:
    """Those found, and whatever descends from them."""
    while more := {p.pid: p for p in everyone if p.parent in found and p.pid not in found}:
        found |= more
    return found


def signal_all(seen: Iterable[ProcessInfo], number: int) -> None:
    """Send a signal to every process, and to what they start meanwhile.

    A group is signalled at one blow, which a process that forks meanwhile cannot slip past. Whoever is in the
    group of a process of the tree is of the tree: a group lies within one session, and the tree's sessions were
    made by the tree. The census was taken just now, and a pid is not given out again as long as its
    zombie or its group is there, so that no stranger is met.
    """
    for group in {process.group for process in seen}:
        # Gone meanwhile; or another user's, which the caller finds still there.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, number)


def freeze(walk: Walk) -> None:
    """Stop every process, so that none sees another one's end and answers it, and none multiplies meanwhile.

    Each is stopped as soon as it is seen: the fewer run, the sooner the others are reached.
    """
    give_up = time.monotonic() + _FREEZING
    stopped: set[tuple[int, float]] = set()
    found = True
    while found and time.monotonic() < give_up:
        found = False
        for process in walk():
            if process.identity not in stopped and not process.zombie:
                signal_all([process], signal.SIGSTOP)
                stopped.add(process.identity)
                found = True


def kill(walk: Walk, gone: Callable[[], bool], pause: Callable[[float], object]) -> list[ProcessInfo]:
    """Kill every process until nothing is left; returns what could not be ended, which should be nothing.

    ``gone`` reaps what is dead and tells whether nothing is left; ``pause`` returns when something may have
    changed, and after so many seconds at the latest.
    """
    give_up = time.monotonic() + PATIENCE
    while not gone():
        looked = time.monotonic()
        left = list(walk())
        signal_all(left, signal.SIGKILL)
        if looked > give_up:
            return left
        # They need the CPUs to end. What slipped through, if anything, is found at the next look.
        again = time.monotonic() + max(_AGAIN, 4 * (time.monotonic() - looked))
        while not gone() and (rest := again - time.monotonic()) > 0:
            pause(rest)
    return []
