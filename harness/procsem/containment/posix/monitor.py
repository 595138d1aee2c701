"""Finds the events in a process tree by comparing one snapshot with the next."""

from __future__ import annotations

import os
import sys
import time

assert sys.platform != "win32"  # mypy checks the rest of this module for this platform only

from procsem.containment.contract import MAX_EVENTS, SUPERVISOR, ProcessEvent, ProcessEventKind
from procsem.containment.posix.snapshot import ProcessInfo
from procsem.exit_status import exit_status


class ProcessMonitor:
    """The events of one task."""

    def __init__(self, main: int, name: str, supervisor: int) -> None:
        self.began = time.monotonic()
        self.peak = 1
        self.events: list[ProcessEvent] = []
        self._main = main
        self._supervisor = supervisor
        self._known: dict[int, ProcessInfo] = {}
        self._last: list[ProcessInfo] = []
        self._names = {main: name}
        self._note(main, ProcessEventKind.STARTED, SUPERVISOR)

    def update(self, snapshot: list[ProcessInfo]) -> bool:
        """Compare a snapshot with the one before; return whether they differ."""
        if snapshot == self._last:
            return False
        self.peak = max(self.peak, len(snapshot))
        now = {process.pid: process for process in snapshot}
        for process in snapshot:
            before = self._known.get(process.pid)
            if before is not None and before.start != process.start:  # another process with the same pid
                self._vanished(before)
                before = None
            self._names[process.pid] = process.name
            if before is None:
                self._appeared(process)
            elif before.parent != process.parent:
                self._note(process.pid, ProcessEventKind.ADOPTED, self._other(process.parent))
            if process.zombie and not (before and before.zombie):
                self._note(process.pid, ProcessEventKind.ENDED, detail="not reaped yet")
        for pid, before in self._known.items():
            if pid not in now:
                self._vanished(before)
        self._known = now
        self._last = snapshot
        return True

    def reaped(self, pid: int, status: int) -> None:
        """Note that the supervisor has reaped this process, which it started or adopted."""
        before = self._known.pop(pid, None)
        if pid != self._main and not (before and before.parent == self._supervisor):
            self._note(pid, ProcessEventKind.ADOPTED, SUPERVISOR)
        ended = exit_status(os.waitstatus_to_exitcode(status))
        if not (before and before.zombie):
            self._note(pid, ProcessEventKind.ENDED, detail=ended)
        self._note(pid, ProcessEventKind.REAPED, SUPERVISOR, ended)

    def _appeared(self, process: ProcessInfo) -> None:
        if process.pid == self._main:
            return
        if process.parent == self._supervisor:
            # The supervisor itself starts only the main process, so the process that started this one has ended.
            self._note(process.pid, ProcessEventKind.STARTED)
            self._note(process.pid, ProcessEventKind.ADOPTED, SUPERVISOR)
        else:
            self._note(process.pid, ProcessEventKind.STARTED, self._other(process.parent))

    def _vanished(self, process: ProcessInfo) -> None:
        if not process.zombie:
            self._note(process.pid, ProcessEventKind.ENDED)
        self._note(process.pid, ProcessEventKind.REAPED, self._other(process.parent), "its last known parent")

    def _other(self, pid: int) -> int | str:
        return SUPERVISOR if pid == self._supervisor else pid

    def _note(self, pid: int, kind: ProcessEventKind, other: int | str | None = None, detail: str = "") -> None:
        if len(self.events) < MAX_EVENTS:
            at = round(time.monotonic() - self.began, 6)
            self.events.append(ProcessEvent(at, pid, self._names.get(pid, ""), kind, other, detail))
