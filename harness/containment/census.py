"""What a look at a process tree brings, and how a whole tree is ended. Shared by the POSIX mechanisms."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable
from typing import NamedTuple, Protocol

# ruff: noqa: E402 - what is imported below this check is for these systems alone.
assert sys.platform != "win32"

import contextlib
import os
import signal

from harness.containment.contract import PATIENCE, Task

_FREEZING = 1.0
"""Seconds that may go into stopping a tree before it is killed. A tree that outruns this is killed while it moves."""


class Seen(NamedTuple):
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
    """What a mechanism knows about the task's processes; lives in the warden."""

    def prepare(self, task: Task) -> None:
        """Called before the task is started, with nothing left of the one before."""

    def started(self, pid: int) -> None:
        """Called once the task's main process has this pid."""

    def census(self, most: int | None = None) -> list[Seen]:
        """Every process of the task, at least ``most`` of them where there are so many."""

    def empty(self, childless: bool) -> bool:
        """Whether nothing is left, given whether the warden has no child left to wait for."""


def with_descendants(found: dict[int, Seen], everyone: list[Seen]) -> dict[int, Seen]:
    """Those found, and whatever descends from them."""
    while more := {p.pid: p for p in everyone if p.parent in found and p.pid not in found}:
        found |= more
    return found


def signal_all(seen: Iterable[Seen], number: int) -> None:
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


def freeze(census: Callable[[], list[Seen]]) -> None:
    """Stop every process, so that none sees another one's end and answers it, and none multiplies meanwhile."""
    give_up = time.monotonic() + _FREEZING
    stopped: set[tuple[int, float]] = set()
    while new := [process for process in census() if process.identity not in stopped and not process.zombie]:
        signal_all(new, signal.SIGSTOP)
        stopped.update(process.identity for process in new)
        if time.monotonic() > give_up:
            break


def kill(census: Callable[[], list[Seen]], gone: Callable[[], bool], pause: Callable[[float], object]) -> list[Seen]:
    """Kill every process until nothing is left; returns what could not be ended, which should be nothing.

    ``gone`` reaps what is dead and tells whether nothing is left; ``pause`` returns when something may have
    changed, and after so many seconds at the latest.
    """
    give_up = time.monotonic() + PATIENCE
    while not gone():
        left = census()
        if time.monotonic() > give_up:
            return left
        signal_all(left, signal.SIGKILL)
        pause(0.02)
    return []
