"""The POSIX sandbox: the harness's end of a supervisor."""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from enum import Enum, auto
from pathlib import Path
from typing import Self

# ruff: noqa: E402 - what is imported below this check is for these systems alone.
assert sys.platform != "win32"

import os
import select
import signal
import subprocess

from procsem.containment.contract import PATIENCE, ContainmentError, Ending, LeakedProcess, Status, Task
from procsem.containment.posix import ipc as frames
from procsem.containment.posix.snapshot import ProcessInfo, freeze, kill
from procsem.containment.posix.supervisor import Cancel, Started, Stuck

_ROOT = Path(__file__).resolve().parents[3]
"""Where the package can be imported from."""

_BOOT = "import sys; sys.path += sys.argv[3:]; from procsem.containment.posix.supervisor import main; main()"


class _Silence(Enum):
    """Whether the supervisor is heard."""

    NONE = auto()
    GONE = auto()
    MUTE = auto()


Find = Callable[[str, int | None], list[ProcessInfo]]
"""What is alive of the task with this token, and with this pid of its main process if that is known."""


class SupervisedSandbox:
    """A sandbox whose tasks run below a supervisor, a process of its own. Made by the mechanisms' ``open_sandbox``."""

    def __init__(self, mechanism: str, find: Find, paths: Sequence[str] = ()) -> None:
        """``mechanism`` is the module's name, ``paths`` is where else the supervisor finds what it imports."""
        if not sys.executable:
            raise ContainmentError("A supervisor cannot be started: this Python does not know its own executable.")
        self._command = [sys.executable, "-I", "-S", "-c", _BOOT, mechanism, str(os.getpid()), str(_ROOT), *paths]
        self._find = find
        self.patience = PATIENCE
        """Seconds after which a supervisor that says nothing, when it should have, is taken for lost."""
        self._lock = threading.Lock()
        self._cancelled = False
        self._running = False
        self._main: int | None = None
        self._start_supervisor()

    def run(self, task: Task) -> Ending:
        """See :meth:`procsem.containment.contract.Sandbox.run`."""
        # Sequences and mappings of any kind, as plain ones: these cross to the supervisor.
        task = replace(task, argv=tuple(task.argv), env=dict(task.env))
        begun = time.monotonic()
        try:
            with self._lock:
                if self._cancelled:
                    reason = "cancelled before it was started"
                    return Ending(Status.CANCELLED, None, 0.0, None, b"", peak=0, reason=reason)
                if self._supervisor is None or self._supervisor.poll() is not None:
                    self._close_warden()
                    self._start_supervisor()
                self._running = True
                self._main = None
                self._send(task)
            answer = self._answer(begun + task.timeout + task.grace_period + 2 * self.patience)
        except BaseException:
            # A Ctrl-C, say. The supervisor's answer would be taken for the next task's.
            self._close_warden()
            raise
        finally:
            self._running = False
        if isinstance(answer, Stuck):
            self._close_warden()
            left = ", ".join(f"{p.pid} ({p.name}{', a zombie' if p.zombie else ''})" for p in answer.left)
            raise ContainmentError(
                f"What {task.argv[0]} started could not be ended within {PATIENCE:g} s: process {left}. It belongs to "
                "another user, or hangs in the kernel: look at it with ps, and end it as root."
            )
        if isinstance(answer, Ending):
            return answer
        return self._lost(task, answer, time.monotonic() - begun)

    def cancel(self) -> None:
        """See :meth:`procsem.containment.contract.Sandbox.cancel`."""
        with self._lock:
            self._cancelled = True
            if self._running:
                self._send(Cancel())

    def close(self) -> None:
        """See :meth:`procsem.containment.contract.Sandbox.close`."""
        self._close_warden()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def _start_supervisor(self) -> None:
        self._supervisor: subprocess.Popen[bytes] | None = subprocess.Popen(
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0, start_new_session=True, cwd="/"
        )
        assert self._supervisor.stdout
        self._reader = frames.Reader(self._supervisor.stdout.fileno())

    def _send(self, message: object) -> None:
        assert self._supervisor
        assert self._supervisor.stdin
        # Where it cannot be sent the supervisor is gone, and so will its answer be.
        with contextlib.suppress(BrokenPipeError):
            frames.send(self._supervisor.stdin.fileno(), message)

    def _answer(self, until: float) -> Ending | Stuck | _Silence:
        while (heard := self._hear(until)) is _Silence.NONE:
            for frame in self._reader.frames():
                if isinstance(frame, Started):
                    self._main = frame.pid
                elif isinstance(frame, (Ending, Stuck)):
                    return frame
        return heard

    def _hear(self, until: float) -> _Silence:
        """Wait for the supervisor to say something."""
        poll = select.poll()
        poll.register(self._reader.fd, select.POLLIN)
        if not poll.poll(max(0.0, until - time.monotonic()) * 1000):
            return _Silence.MUTE
        return _Silence.NONE if self._reader.read() else _Silence.GONE

    def _lost(self, task: Task, silence: _Silence, seconds: float) -> Ending:
        """The supervisor was killed, or stopped. Take its place as well as can be and leave the sandbox usable."""
        how = self._reap_supervisor(silence)
        left = self._sweep(task)
        return Ending(
            Status.LOST,
            None,
            seconds,
            None,
            b"",
            leaked=tuple(LeakedProcess(process.pid, process.name) for process in left),
            reason=f"its supervisor {how}; what was found of the task was ended, and its output is lost",
        )

    def _sweep(self, task: Task) -> list[ProcessInfo]:
        """End what a lost supervisor has left behind; returns what there was."""

        def census() -> list[ProcessInfo]:
            return self._find(task.token, self._main)

        freeze(census)
        found = census()
        if left := kill(census, lambda: not census(), time.sleep):
            pids = ", ".join(str(process.pid) for process in left)
            raise ContainmentError(
                f"The supervisor of {task.argv[0]} was lost and cannot end the rest of its task: process {pids}. "
                "Look at it with ps, and end it as root."
            )
        return found

    def _close_warden(self) -> None:
        """Have the supervisor end what runs and go; kill it when it does not."""
        if self._supervisor is None:
            return
        assert self._supervisor.stdin
        self._supervisor.stdin.close()
        # It may first have something to say about a task that it is ending; its answers end when it does.
        until = time.monotonic() + 2 * self.patience
        while (silence := self._hear(until)) is _Silence.NONE:
            pass
        self._reap_supervisor(silence)

    def _reap_supervisor(self, silence: _Silence) -> str:
        """Wait for the supervisor, which is gone or has to go; says how it ended."""
        supervisor, self._supervisor = self._supervisor, None
        assert supervisor
        assert supervisor.stdin
        assert supervisor.stdout
        if silence is _Silence.MUTE:
            supervisor.kill()
        supervisor.stdin.close()
        supervisor.stdout.close()
        code = supervisor.wait()
        if silence is _Silence.MUTE:
            return "did not answer"
        return f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
