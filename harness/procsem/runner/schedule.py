"""Gives executions to sandboxes: side by side, and one by one those that hold durations against each other."""

from __future__ import annotations

import os
import queue
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from typing import TypeVar

from procsem.containment import ContainmentError, Sandbox, open_sandbox
from procsem.errors import ProcsemError
from procsem.model import CellResult
from procsem.runner.cell import Cell
from procsem.runner.execution import Execution, broken, executions, run
from procsem.runner.plan import longest_first
from procsem.runner.scratch import ScratchSpace

T = TypeVar("T")

# On Windows Ctrl-C does not interrupt a wait without end, so no wait is; the figure only bounds how late it is noticed.
_POLL = 0.2


def usable_cpus() -> int:
    """How many CPUs this process may use."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def default_jobs() -> int:
    """How many executions run side by side unless told otherwise: two for each CPU.

    Probes wait for a part of their time. On two CPUs the whole catalogue took CPython 3.13 51 s three at a time and
    49 s four at a time; later, with fewer that must be alone, 45 to 48 s, whether four, five or six at a time.
    """
    return usable_cpus() * 2


class CancelledError(ProcsemError):
    """The scheduler was cancelled before this execution had ended."""


class Scheduler:
    """The sandboxes of one run, and the threads that serve them."""

    def __init__(self, jobs: int, scratch: ScratchSpace, opener: Callable[[], Sandbox] = open_sandbox) -> None:
        self._workplace = scratch
        self._opener = opener
        self._all = [opener() for _ in range(jobs)]
        self._idle: queue.SimpleQueue[Sandbox] = queue.SimpleQueue()
        for sandbox in self._all:
            self._idle.put(sandbox)
        self._threads = ThreadPoolExecutor(jobs, thread_name_prefix="sandbox")
        self._cancelled = False

    def results(self, cells: Sequence[Cell], repeat: int = 1) -> Iterator[tuple[Cell, CellResult]]:
        """Run every cell ``repeat`` times, and give each result as it comes.

        Raises ScratchSpaceError when there is no room to work, and ends early once cancelled.
        """
        every = executions(cells)
        beside = longest_first(each for each in every if not each.alone)
        yield from self._side_by_side([each for _ in range(repeat) for each in beside])
        for _ in range(repeat):
            for each in every:
                if each.alone:
                    yield from self._side_by_side([each])

    def cancel(self) -> None:
        """End what runs; nothing further starts. Any thread may call this."""
        self._cancelled = True
        for sandbox in list(self._all):
            sandbox.cancel()

    def close(self) -> None:
        """End what runs, and give back every sandbox."""
        self.cancel()
        self._threads.shutdown(wait=True, cancel_futures=True)
        for sandbox in self._all:
            sandbox.close()

    def __enter__(self) -> Scheduler:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def using_sandbox(self, work: Callable[[Sandbox], T]) -> T:
        """Call ``work`` with a sandbox that no one else uses meanwhile."""
        sandbox = self._idle.get()
        try:
            return work(sandbox)
        except ContainmentError:
            sandbox.close()
            self._all.remove(sandbox)
            sandbox = self._opener()
            self._all.append(sandbox)
            raise
        finally:
            self._idle.put(sandbox)

    def _side_by_side(self, chosen: Sequence[Execution]) -> Iterator[tuple[Cell, CellResult]]:
        pending: dict[Future[list[CellResult]], Execution] = {}
        for execution in chosen:
            pending[self._threads.submit(self._run, execution)] = execution
        try:
            while pending:
                done, _ = wait(pending, timeout=_POLL, return_when="FIRST_COMPLETED")
                for future in done:
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
            results = self.using_sandbox(lambda sandbox: run(execution, sandbox, self._workplace))
        except ContainmentError as error:
            results = [broken(cell, f"its containment failed: {error}") for cell in execution.cells]
        if self._cancelled:
            raise CancelledError
        return results


__all__ = ["CancelledError", "Scheduler", "default_jobs", "usable_cpus"]
