"""Windows: each task is in a Job object that it cannot leave and that ends with its last handle.

The only handle is the harness's own, and no process inherits it, so that the tree dies with the harness,
whatever its end. The main process is created suspended, put into the job and then resumed: nothing
that it starts is outside. No supervisor is needed. The job's messages say what starts and what ends.
"""

from __future__ import annotations

import itertools
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Self

# ruff: noqa: E402 - what is imported below this check is for these systems alone.
assert sys.platform == "win32"

import contextlib
import os
import subprocess

import psutil

from procsem.containment.contract import (
    MAX_EVENTS,
    PATIENCE,
    SUPERVISOR,
    TOKEN_VARIABLE,
    ContainmentError,
    Ending,
    LeakedProcess,
    OutputKeeper,
    ProcessEvent,
    ProcessEventKind,
    Sandbox,
    Status,
    Task,
)
from procsem.containment.windows.job_object import Event, Job, Port, name_of

NAME = "windows"
LIMITS: tuple[str, ...] = (
    "A process can ask a service outside the tree (WMI, the task scheduler) to start another for it.",
    "Of a harness killed after it created a main process and before that is in its job, that process stays, suspended.",
    "The containment does not adopt orphans: Windows gives them to nobody, so none is seen as adopted or reaped.",
    "The max_processes is the job's: what would go past it is refused or ended by Windows, and then the tree is.",
)

_CREATE_SUSPENDED = 0x4
"""A process creation flag that the subprocess module does not name."""

_CODE = 0xC000013A
"""The exit code of what is ended here: STATUS_CONTROL_C_EXIT, as Windows itself gives it."""

_CONSOLE_HOST = "conhost.exe"
"""What serves a console, and ends with its last process. Windows starts it, in Wine within the job."""

_TICK = 0.3
"""Seconds between two looks at the job, should one of its messages not have come."""


def open_sandbox() -> Sandbox:
    """A sandbox; nothing runs for it between two tasks."""
    return JobSlot()


class JobSlot:
    """A sandbox whose tasks are jobs of this process."""

    def __init__(self) -> None:
        self._port = Port()
        self._numbers = itertools.count(1)
        self._cancelled = False

    def run(self, task: Task) -> Ending:
        """See :meth:`procsem.containment.contract.Sandbox.run`."""
        if self._cancelled:
            reason = "cancelled before it was started"
            return Ending(Status.CANCELLED, None, 0.0, None, b"", peak=0, reason=reason)
        number = next(self._numbers)
        try:
            job = Job(self._port, number, task.max_processes)
        except OSError as error:
            raise ContainmentError(f"A Job object for {task.argv[0]} cannot be had: {error}") from error
        try:
            return _Run(task, job, number, self._port, lambda: self._cancelled).to_its_end()
        finally:
            job.close()

    def cancel(self) -> None:
        """See :meth:`procsem.containment.contract.Sandbox.cancel`."""
        self._cancelled = True
        self._port.call()

    def close(self) -> None:
        """See :meth:`procsem.containment.contract.Sandbox.close`. Not while another thread is in :meth:`run`."""
        self._port.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


class _Run:
    """One task, from its start until nothing of it is left."""

    def __init__(self, task: Task, job: Job, number: int, port: Port, cancelled: Callable[[], bool]) -> None:
        self._task = task
        self._job = job
        self._number = number
        self._port = port
        self._cancelled = cancelled
        self._kept = OutputKeeper(task.output_limit)
        self._alive: set[int] = set()
        self._names: dict[int, str] = {}
        self._peak = 1
        self._overran = False
        self._sightings: list[ProcessEvent] = []
        self._survivors: tuple[LeakedProcess, ...] = ()

    def to_its_end(self) -> Ending:
        """Run the task; returns when nothing of it is left. Raises :class:`ContainmentError` when something is."""
        self._began = time.monotonic()
        try:
            self._process = self._start()
        except (OSError, ValueError) as error:
            seconds = time.monotonic() - self._began
            return Ending(Status.NOT_STARTED, None, seconds, None, b"", peak=0, reason=str(error))
        with self._process:
            drain = threading.Thread(target=self._drain, name="drain", daemon=True)
            drain.start()
            try:
                cut, reason = self._watch_over()
            finally:
                self._end()
            seconds = time.monotonic() - self._began
            # Nobody is left to hold the pipe open.
            drain.join(PATIENCE)
        return Ending(
            status=cut or Status.EXITED,
            # Windows gives 32 bits without a sign; a crash's are an NTSTATUS, like 0xC0000005.
            code=None if cut else self._process.returncode & 0xFFFFFFFF,
            seconds=seconds,
            cpu_seconds=self._job.cpu_seconds(),
            output=self._kept.kept(),
            output_dropped=self._kept.dropped,
            peak=self._peak,
            leaked=self._survivors,
            # The names that were not to be had at first are known by now.
            events=tuple(
                replace(sighting, name=self._names.get(sighting.pid, ""))
                for sighting in self._sightings
                if self._names.get(sighting.pid) != _CONSOLE_HOST
            ),
            reason=reason,
        )

    def _start(self) -> subprocess.Popen[bytes]:
        task = self._task
        process = subprocess.Popen(
            task.argv,
            cwd=task.cwd,
            env={**task.env, TOKEN_VARIABLE: task.token},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            bufsize=0,
            # A console of its own, so that the harness's Ctrl-C is not the task's: as a session is elsewhere.
            creationflags=_CREATE_SUSPENDED | subprocess.CREATE_NO_WINDOW,
        )
        try:
            self._job.assign(int(process._handle))  # type: ignore[attr-defined]
            self._started(process.pid)
            psutil.Process(process.pid).resume()
        except BaseException as error:
            process.kill()
            process.communicate()
            if not isinstance(error, (OSError, psutil.Error)):
                raise
            raise ContainmentError(f"{task.argv[0]} could not be put into its Job object: {error}") from error
        return process

    def _watch_over(self) -> tuple[Status | None, str]:
        """Until the job is empty or must be ended; in the second case, as what and why."""
        task = self._task
        until = self._began + task.timeout
        ended = False
        while True:
            self._listen(min(_TICK, until - time.monotonic()))
            self._learn_names()
            now = time.monotonic()
            if not ended and self._process.poll() is not None:
                ended = True
                until = now + task.grace_period
            if ended and not self._job.alive():
                return None, ""
            if self._cancelled():
                return Status.CANCELLED, "cancelled while it ran"
            # Wine keeps no limit, so count as well.
            if self._overran or self._job.alive() > task.max_processes:
                return Status.PROCESS_LIMIT, f"grew past {task.max_processes} processes after {now - self._began:.1f} s"
            if now >= until and not ended:
                return Status.TIMED_OUT, f"not done after {task.timeout:g} s"
            if now >= until:
                return None, ""

    def _end(self) -> None:
        """End whatever is in the job."""
        left = self._job.pids()
        if self._process.poll() is not None:
            names = {pid: self._names.get(pid) or name_of(pid) for pid in left}
            self._survivors = tuple(LeakedProcess(pid, name) for pid, name in names.items() if name != _CONSOLE_HOST)
        if left:
            self._job.terminate(_CODE)
        give_up = time.monotonic() + PATIENCE
        while self._job.alive():
            if time.monotonic() > give_up:
                pids = ", ".join(map(str, self._job.pids()))
                raise ContainmentError(
                    f"What {self._task.argv[0]} started could not be ended within {PATIENCE:g} s: process {pids}. "
                    "Look at it with the task manager."
                )
            self._listen(0.02)
        self._process.wait()
        while self._listen(0):
            pass
        for pid in self._alive:
            self._note(pid, ProcessEventKind.ENDED, SUPERVISOR)

    def _listen(self, seconds: float) -> bool:
        """Wait for a message and take it in; whether there was one."""
        message = self._port.wait(seconds)
        if message is None:
            return False
        if message.job != self._number:
            return True  # Of a task before, or a call.
        if message.event == Event.NEW_PROCESS:
            self._started(message.pid)
        elif message.event in {Event.EXIT_PROCESS, Event.ABNORMAL_EXIT_PROCESS} and message.pid in self._alive:
            abnormal = message.event == Event.ABNORMAL_EXIT_PROCESS
            self._note(message.pid, ProcessEventKind.ENDED, detail="abnormal exit" if abnormal else "")
            self._alive.discard(message.pid)
        elif message.event == Event.ACTIVE_PROCESS_LIMIT:
            self._overran = True
        return True

    def _started(self, pid: int) -> None:
        if pid in self._alive:
            return
        starter: int | str | None = None
        with contextlib.suppress(psutil.Error, OSError):
            parent = psutil.Process(pid).ppid()
            starter = SUPERVISOR if parent == os.getpid() else parent
        self._alive.add(pid)
        self._names.pop(pid, None)
        self._note(pid, ProcessEventKind.STARTED, starter)

    def _learn_names(self) -> None:
        for pid in self._alive:
            if not self._names.get(pid):
                self._names[pid] = name_of(pid)
        hosts = sum(self._names[pid] == _CONSOLE_HOST for pid in self._alive)
        self._peak = max(self._peak, len(self._alive) - hosts)

    def _note(self, pid: int, kind: ProcessEventKind, other: int | str | None = None, detail: str = "") -> None:
        if len(self._sightings) < MAX_EVENTS:
            at = round(time.monotonic() - self._began, 6)
            self._sightings.append(ProcessEvent(at, pid, "", kind, other, detail))

    def _drain(self) -> None:
        assert self._process.stdout
        while data := self._process.stdout.read(1 << 16):
            self._kept.feed(data)
