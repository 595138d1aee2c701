"""How a supervisor keeps its share of the CPUs, however many processes a task starts."""

from __future__ import annotations

import sys

# ruff: noqa: E402 - what is imported below this check is for these systems alone.
assert sys.platform != "win32"

import math
import os
import resource
import time
from collections.abc import Callable

_ROOM = 200
"""Processes that the user's other work may start meanwhile, where the growth of a task has to be limited."""

_STALE = 5.0
"""Seconds after which the user's processes are counted again."""


def use_realtime_scheduling() -> bool:
    """Let this process run as soon as it is woken, if this user may; what it starts is not affected. See sched(7)."""
    if sys.platform != "linux":
        return False  # What is started could not be kept from it.
    if os.getpriority(os.PRIO_PROCESS, 0) != 0:
        return False  # The reset at fork would lose the priority that the harness was given.
    try:
        os.sched_setscheduler(0, os.SCHED_RR | os.SCHED_RESET_ON_FORK, os.sched_param(1))
    except OSError:
        return False
    return True


class ProcessLimit:
    """Keeps the number of processes that the user may have a little above what a task may have.

    Each process or, in Linux, each session (sched(7), autogroup) gets one share of the CPUs. So a supervisor among a
    thousand of them would get a thousandth, and they would multiply faster than it can count them. The limit does
    not hold for root, whose supervisor can run before others on Linux.
    """

    def __init__(self, count: Callable[[], int]) -> None:
        """``count`` tells how many processes, or where threads are what is limited threads, the user has."""
        self._count = count
        self._soft, self._hard = resource.getrlimit(resource.RLIMIT_NPROC)
        self._counted = -math.inf
        self._number = 0
        self._can_count = self._sees_all()

    def set(self, max_processes: int) -> None:
        """Set it for what this process starts next."""
        if not self._can_count:
            return
        if time.monotonic() > self._counted + _STALE:
            self._counted, self._number = time.monotonic(), self._count()
        self._set(self._number + max_processes + _ROOM)

    def lift(self) -> None:
        """Give back what there was."""
        resource.setrlimit(resource.RLIMIT_NPROC, (self._soft, self._hard))

    def _set(self, number: int) -> None:
        lowest = min(limit for limit in (self._soft, self._hard, number) if limit != resource.RLIM_INFINITY)
        resource.setrlimit(resource.RLIMIT_NPROC, (lowest, self._hard))

    def _sees_all(self) -> bool:
        """Whether there is room where the count says so.

        The system counts what the user has in other containers too, and a limit below that would let a task start
        nothing at all.
        """
        self._set(self._count() + _ROOM // 2)
        try:
            if (pid := os.fork()) == 0:
                os._exit(0)
        except OSError:
            return False
        finally:
            self.lift()
        os.waitpid(pid, 0)
        return True
