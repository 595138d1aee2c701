"""Turns one look at the tree after another into what happened between them."""

from __future__ import annotations

import sys
import time

# ruff: noqa: E402 - what is imported below this check is for these systems alone.
assert sys.platform != "win32"

import os
import signal

from harness.containment.census import Seen
from harness.containment.contract import MOST_SIGHTINGS, Sighting


def how(status: int) -> str:
    """A wait status in words, like ``exit code 3`` or ``SIGKILL``."""
    code = os.waitstatus_to_exitcode(status)
    if code >= 0:
        return f"exit code {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"  # A real-time signal, which has no name of its own.


class Watch:
    """The sightings of one task."""

    def __init__(self, main: int, name: str, warden: int) -> None:
        self.began = time.monotonic()
        self.peak = 1
        self.sightings: list[Sighting] = []
        self._main = main
        self._warden = warden
        self._known: dict[int, Seen] = {}
        self._last: list[Seen] = []
        self._names = {main: name}
        self._note(main, "started", f"by {self._called(warden)}")

    def look(self, census: list[Seen]) -> bool:
        """Compare with the last look; whether anything has changed."""
        if census == self._last:
            return False
        self.peak = max(self.peak, len(census))
        now = {process.pid: process for process in census}
        for process in census:
            before = self._known.get(process.pid)
            if before is not None and before.start != process.start:
                self._vanished(before)
                before = None
            self._names[process.pid] = process.name
            if before is None:
                self._appeared(process)
            elif before.parent != process.parent:
                self._note(process.pid, "adopted", f"by {self._called(process.parent)}")
            if process.zombie and not (before and before.zombie):
                self._note(process.pid, "ended", "a zombie, not reaped yet")
        for pid, before in self._known.items():
            if pid not in now:
                self._vanished(before)
        self._known = now
        self._last = census
        return True

    def reaped(self, pid: int, status: int) -> None:
        """The warden has waited for this process, its child by birth or by adoption."""
        before = self._known.pop(pid, None)
        if pid != self._main and not (before and before.parent == self._warden):
            self._note(pid, "adopted", f"by {self._called(self._warden)}")
        if not (before and before.zombie):
            self._note(pid, "ended", how(status))
        self._note(pid, "reaped", f"by {self._called(self._warden)}, {how(status)}")

    def _appeared(self, process: Seen) -> None:
        if process.pid == self._main:
            return
        if process.parent == self._warden:
            # The warden itself has started nothing but the main process.
            self._note(process.pid, "started", "by a process that has ended")
            self._note(process.pid, "adopted", f"by {self._called(self._warden)}")
        else:
            self._note(process.pid, "started", f"by {self._called(process.parent)}")

    def _vanished(self, process: Seen) -> None:
        if not process.zombie:
            self._note(process.pid, "ended")
        self._note(process.pid, "reaped", f"by {self._called(process.parent)} or a later parent")

    def _called(self, pid: int) -> str:
        return "the containment" if pid == self._warden else f"process {pid}"

    def _note(self, pid: int, event: str, detail: str = "") -> None:
        if len(self.sightings) < MOST_SIGHTINGS:
            at = round(time.monotonic() - self.began, 6)
            self.sightings.append(Sighting(at, pid, self._names.get(pid, ""), event, detail))
