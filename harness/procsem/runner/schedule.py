"""Runs executions in sandboxes: several at the same time, and exclusive ones (which compare durations) one by one."""

from __future__ import annotations

import os
import queue
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from typing import TypeVar

from procsem.containment import ContainmentError, Sandbox, open_sandbox
from procsem.errors import ProcsemError
from procsem.model import CellResult, Problem, ProblemKind
from procsem.runner.cell import Cell
from procsem.runner.execution import Execution, broken, executions, run
from procsem.runner.patience import shortest_timeout
from procsem.runner.plan import costliest_first
from procsem.runner.scratch import ScratchSpace

T = TypeVar("T")

_POLL_INTERVAL = 0.2
"""Seconds. On Windows, Ctrl-C does not interrupt a wait without a timeout; this bounds how late it is noticed."""


def usable_cpus() -> int:
    """Return the number of CPUs that this process may use."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def default_jobs() -> int:
    """Return the default number of executions at the same time: two per CPU, because probes often wait.

    Measured with the whole catalogue on two CPUs under CPython 3.13: 51 s with three jobs, 49 s with four; later, with
    fewer exclusive probes, 45 to 48 s with four, five or six.
    """
    return usable_cpus() * 2


class CancelledError(ProcsemError):
    """Raised when the scheduler was cancelled before an execution had ended."""


class Scheduler:
    """The sandboxes of one run, at most ``jobs``, and one thread per sandbox."""

    def __init__(self, jobs: int, scratch: ScratchSpace, opener: Callable[[], Sandbox] = open_sandbox) -> None:
        """Open the first sandbox. Raises :class:`ContainmentError` and :class:`PatienceError`."""
        self.scratch = scratch
        self._shortest_timeout = shortest_timeout()
        self._opener = opener
        self._lock = threading.Lock()
        # The first one is opened here, so that a system without containment says so before anything runs. The others
        # are opened when they are needed: a supervisor costs as much as a short probe.
        self._all = [opener()]
        # None is a place for a sandbox that is not open. The last one that became idle is taken first.
        self._idle: queue.LifoQueue[Sandbox | None] = queue.LifoQueue()
        for each in (*[None] * (jobs - 1), self._all[0]):
            self._idle.put(each)
        self._threads = ThreadPoolExecutor(jobs, thread_name_prefix="sandbox")
        self._cancelled = False

    def results(self, cells: Sequence[Cell], repeat: int = 1) -> Iterator[tuple[Cell, CellResult]]:
        """Run every cell ``repeat`` times, and yield the results as they arrive. Ends early when cancelled.

        Raises :class:`ScratchSpaceError`.
        """
        every = executions(cells, self._shortest_timeout)
        shared = costliest_first(each for each in every if not each.exclusive)
        yield from self._run_all([each for _ in range(repeat) for each in shared])
        for _ in range(repeat):
            for each in every:
                if each.exclusive:
                    yield from self._run_all([each])

    def cancel(self) -> None:
        """Kill what runs; nothing more starts. Any thread may call this."""
        self._cancelled = True
        for sandbox in list(self._all):
            sandbox.cancel()

    def close(self) -> None:
        """Kill what runs, and close every sandbox."""
        try:
            self._close()
        except BaseException:  # Ctrl-C, which comes once
            self._close()
            raise

    def _close(self) -> None:
        self.cancel()
        self._threads.shutdown(wait=True, cancel_futures=True)
        for sandbox in self._all:
            sandbox.close()

    def __enter__(self) -> Scheduler:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def with_sandbox(self, function: Callable[[Sandbox], T]) -> T:
        """Call the function with a sandbox that nothing else uses at the same time; replace the sandbox if it fails."""
        sandbox = self._idle.get()
        try:
            if sandbox is None:
                sandbox = self._open()
            return function(sandbox)
        except ContainmentError:
            failed, sandbox = sandbox, None
            if failed is not None:
                with self._lock:
                    self._all.remove(failed)
                failed.close()
            raise
        finally:
            self._idle.put(sandbox)

    def _open(self) -> Sandbox:
        sandbox = self._opener()
        with self._lock:
            self._all.append(sandbox)
        if self._cancelled:
            sandbox.cancel()
        return sandbox

    def _run_all(self, chosen: Sequence[Execution]) -> Iterator[tuple[Cell, CellResult]]:
        pending: dict[Future[list[CellResult]], Execution] = {}
        for execution in chosen:
            pending[self._threads.submit(self._run, execution)] = execution
        try:
            while pending:
                done, _ = wait(pending, timeout=_POLL_INTERVAL, return_when="FIRST_COMPLETED")
                for future in sorted(done, key=lambda each: each.exception() is not None):  # no result is lost
                    execution = pending.pop(future)
                    with suppress(CancelledError):
                        yield from zip(execution.cells, future.result(), strict=True)
        finally:
            for future in pending:
                future.cancel()

    def _run(self, execution: Execution) -> list[CellResult]:
        if self._cancelled:
            raise CancelledError
        try:
            results = self.with_sandbox(lambda sandbox: run(execution, sandbox, self.scratch))
        except (ContainmentError, OSError, MemoryError) as error:
            problem = Problem(ProblemKind.CONTAINMENT, detail=str(error) or type(error).__name__)
            results = [broken(cell, problem) for cell in execution.cells]
        if self._cancelled:
            raise CancelledError
        return results
