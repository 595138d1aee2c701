"""Two ways for a supervisor to get enough CPU time, no matter how many processes a task starts.

Each process (or on Linux each session: sched(7), autogroup) gets an equal share of the CPUs. A supervisor among a
thousand of them would get a thousandth, and they would multiply faster than it can count them.
"""

from __future__ import annotations

import math
import os
import resource
import sys
import time
from collections.abc import Callable

assert sys.platform != "win32"  # mypy checks the rest of this module for this platform only

_ROOM = 200
"""Number of processes that the user's other work may start while a task runs."""

_COUNT_LIFETIME = 5.0
"""Seconds after which the user's processes are counted again."""


def use_realtime_scheduling() -> bool:
    """Let this process run before all ordinary processes, if this user may. Return whether it does now.

    Processes that it starts are not affected. See sched(7).
    """
    if sys.platform != "linux":
        return False  # other systems cannot keep started processes from inheriting it
    if os.getpriority(os.PRIO_PROCESS, 0) != 0:
        return False  # the reset at fork would also reset the nice value that the user gave to the harness
    try:
        os.sched_setscheduler(0, os.SCHED_RR | os.SCHED_RESET_ON_FORK, os.sched_param(1))
    except OSError:
        return False
    return True


class ProcessLimit:
    """Limits the number of the user's processes (RLIMIT_NPROC) to a little more than the task may have.

    The limit does not apply to root; on Linux, root's supervisor can use :func:`use_realtime_scheduling` instead.
    """

    def __init__(self, count: Callable[[], int]) -> None:
        """``count`` returns the user's number of processes (on Linux: threads, because RLIMIT_NPROC counts threads)."""
        self._count = count
        self._soft, self._hard = resource.getrlimit(resource.RLIMIT_NPROC)
        self._counted_at = -math.inf
        self._number = 0
        self._count_is_complete = self._can_start_within_count()

    def set(self, max_processes: int) -> None:
        """Set the limit for the processes that this process starts next."""
        if not self._count_is_complete:
            return
        if time.monotonic() > self._counted_at + _COUNT_LIFETIME:
            self._counted_at, self._number = time.monotonic(), self._count()
        self._set(self._number + max_processes + _ROOM)

    def restore(self) -> None:
        """Restore the limit that the harness was started with."""
        resource.setrlimit(resource.RLIMIT_NPROC, (self._soft, self._hard))

    def _set(self, number: int) -> None:
        lowest = min(limit for limit in (self._soft, self._hard, number) if limit != resource.RLIM_INFINITY)
        resource.setrlimit(resource.RLIMIT_NPROC, (lowest, self._hard))

    def _can_start_within_count(self) -> bool:
        """Return whether a process can be started under a limit just above the count.

        The system also counts the user's processes in other containers, which cannot be seen from here. A limit below
        the real number would keep a task from starting anything.
        """
        self._set(self._count() + _ROOM // 2)
        try:
            if (pid := os.fork()) == 0:
                os._exit(0)
        except OSError:
            return False
        finally:
            self.restore()
        os.waitpid(pid, 0)
        return True
