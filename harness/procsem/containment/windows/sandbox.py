"""Windows: each task runs in a Job object that it cannot leave and that ends when its last handle is closed.

Only the harness has a handle, and no process inherits it, so the tree dies with the harness, in whatever way the
harness ends. The main process is created suspended, assigned to the job and then resumed, so everything that it starts
is in the job. No supervisor is needed. The job's messages report what starts and what ends.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Self

import psutil

assert sys.platform == "win32"  # mypy checks the rest of this module for this platform only

from procsem.containment.contract import (
    KILL_TIMEOUT,
    MAX_EVENTS,
    SUPERVISOR,
    TOKEN_VARIABLE,
    ContainmentError,
    Cut,
    Deadline,
    Ending,
    LeakedProcess,
    OutputKeeper,
    ProcessEvent,
    ProcessEventKind,
    Sandbox,
    Status,
    Task,
)
from procsem.containment.windows.job_object import Job, MessageKind, Port, name_of

NAME = "windows"

_CREATE_SUSPENDED = 0x4
"""A process creation flag that the subprocess module does not define."""

_KILLED_EXIT_CODE = 0xC000013A
"""The exit code of processes that the sandbox kills: STATUS_CONTROL_C_EXIT, which Windows uses for Ctrl-C."""

_CONSOLE_HOST = "conhost.exe"
"""The process that serves a console and ends with the console's last process. Under Wine it is started in the job."""

_POLL_INTERVAL = 0.3
"""Seconds after which the job is checked even without a message, because messages can get lost."""

_KILL_POLL_INTERVAL = 0.02
"""Seconds between two checks while the job is being killed."""


def open_sandbox() -> Sandbox:
    """Return a sandbox. It needs no process of its own."""
    return JobSandbox()


class JobSandbox:
    """A sandbox whose tasks are jobs of this process."""

    def __init__(self) -> None:
        self._port = Port()
        self._numbers = itertools.count(1)
        self._cancelled = False

    def run(self, task: Task) -> Ending:
        """See :meth:`procsem.containment.contract.Sandbox.run`."""
        if self._cancelled:
            return Ending.cancelled_before_start()
        number = next(self._numbers)
        try:
            job = Job(self._port, number, task.max_processes)
        except OSError as error:
            raise ContainmentError(f"A Job object for {task.argv[0]} cannot be created: {error}") from error
        try:
            return _Run(task, job, number, self._port, lambda: self._cancelled).run_to_end()
        finally:
            job.close()

    def cancel(self) -> None:
        """See :meth:`procsem.containment.contract.Sandbox.cancel`."""
        self._cancelled = True
        self._port.wake()

    def close(self) -> None:
        """See :meth:`procsem.containment.contract.Sandbox.close`. Not while another thread is in :meth:`run`."""
        self._port.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


class _Run:
    """One task, from its start until no process of it is left."""

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
        self._limit_reached = False
        self._events: list[ProcessEvent] = []
        self._leaked: tuple[LeakedProcess, ...] = ()

    def run_to_end(self) -> Ending:
        """Run the task, and return when no process of it is left. Raises :class:`ContainmentError` if one stays."""
        self._began = time.monotonic()
        try:
            self._process = self._start()
        except (OSError, ValueError) as error:
            return Ending.not_run(Status.NOT_STARTED, str(error), time.monotonic() - self._began)
        with self._process:
            reader = threading.Thread(target=self._read_output, name="output", daemon=True)
            reader.start()
            try:
                cut = self._supervise()
            finally:
                self._kill_tree()
            seconds = time.monotonic() - self._began
            reader.join(KILL_TIMEOUT)  # no process is left that could keep the pipe open
        return Ending(
            status=cut.status if cut else Status.EXITED,
            # Windows exit codes are unsigned 32-bit numbers; a crash's is an NTSTATUS like 0xC0000005.
            code=None if cut else self._process.returncode & 0xFFFFFFFF,
            seconds=seconds,
            cpu_seconds=self._job.cpu_seconds(),
            output=self._kept.kept(),
            output_dropped=self._kept.dropped,
            peak=self._peak,
            leaked=self._leaked,
            # Names that could not be read at first are known by now.
            events=tuple(
                replace(event, name=self._names.get(event.pid, ""))
                for event in self._events
                if self._names.get(event.pid) != _CONSOLE_HOST
            ),
            reason=cut.reason if cut else "",
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
            # With its own console, the task does not get the harness's Ctrl-C, as with a session on POSIX.
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
            raise ContainmentError(f"{task.argv[0]} could not be assigned to its Job object: {error}") from error
        return process

    def _supervise(self) -> Cut | None:
        """Wait until no process is left or the grace period is over (None), or until the tree must be killed."""
        task = self._task
        deadline = Deadline(task, self._began)
        until = deadline.update(self._began)
        ended = False
        while True:
            self._receive(min(_POLL_INTERVAL, until - time.monotonic()))
            self._update_names()
            now = time.monotonic()
            if not ended and self._process.poll() is not None:
                ended = True
                until = now + task.grace_period
            if not ended:
                until = deadline.update(now)
            if ended and not self._job.alive():
                return None
            if self._cancelled():
                return Cut.cancelled()
            # Wine does not enforce the job's limit, so count too.
            if self._limit_reached or self._job.alive() > task.max_processes:
                return Cut.too_many_processes(task, now - self._began)
            if now >= until:
                return None if ended else deadline.cut(now)

    def _kill_tree(self) -> None:
        """Kill every process in the job."""
        left = self._job.pids()
        if self._process.poll() is not None:
            names = {pid: self._names.get(pid) or name_of(pid) for pid in left}
            self._leaked = tuple(LeakedProcess(pid, name) for pid, name in names.items() if name != _CONSOLE_HOST)
        if left:
            self._job.terminate(_KILLED_EXIT_CODE)
        give_up = time.monotonic() + KILL_TIMEOUT
        while self._job.alive():
            if time.monotonic() > give_up:
                pids = ", ".join(map(str, self._job.pids()))
                raise ContainmentError(
                    f"Processes that {self._task.argv[0]} started could not be killed within {KILL_TIMEOUT:g} s: "
                    f"{pids}. Look at them with the task manager."
                )
            self._receive(_KILL_POLL_INTERVAL)
        self._process.wait()
        while self._receive(0):
            pass
        for pid in self._alive:
            self._note(pid, ProcessEventKind.ENDED, SUPERVISOR)

    def _receive(self, seconds: float) -> bool:
        """Wait for a message of the port and process it; return whether there was one."""
        message = self._port.wait(seconds)
        if message is None:
            return False
        if message.job != self._number:
            return True  # of an earlier task, or Port.wake()
        if message.kind == MessageKind.NEW_PROCESS:
            self._started(message.pid)
        elif message.kind in {MessageKind.EXIT_PROCESS, MessageKind.ABNORMAL_EXIT_PROCESS} and (
            message.pid in self._alive
        ):
            abnormal = message.kind == MessageKind.ABNORMAL_EXIT_PROCESS
            self._note(message.pid, ProcessEventKind.ENDED, detail="abnormal exit" if abnormal else "")
            self._alive.discard(message.pid)
        elif message.kind == MessageKind.ACTIVE_PROCESS_LIMIT:
            self._limit_reached = True
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

    def _update_names(self) -> None:
        for pid in self._alive:
            if not self._names.get(pid):
                self._names[pid] = name_of(pid)
        hosts = sum(self._names[pid] == _CONSOLE_HOST for pid in self._alive)
        self._peak = max(self._peak, len(self._alive) - hosts)

    def _note(self, pid: int, kind: ProcessEventKind, other: int | str | None = None, detail: str = "") -> None:
        if len(self._events) < MAX_EVENTS:
            at = round(time.monotonic() - self._began, 6)
            self._events.append(ProcessEvent(at, pid, "", kind, other, detail))

    def _read_output(self) -> None:
        assert self._process.stdout
        while data := self._process.stdout.read(1 << 16):
            self._kept.feed(data)
