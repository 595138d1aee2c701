"""The POSIX sandbox: the harness's end of a supervisor."""

from __future__ import annotations

import contextlib
import os
import select
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from enum import Enum, auto
from pathlib import Path
from typing import Self

assert sys.platform != "win32"  # mypy checks the rest of this module for this platform only

from procsem.containment.contract import KILL_TIMEOUT, ContainmentError, Ending, LeakedProcess, Status, Task
from procsem.containment.posix import ipc
from procsem.containment.posix.shared_objects import SharedObjects
from procsem.containment.posix.snapshot import ProcessInfo, Scan, freeze, kill
from procsem.containment.posix.supervisor import Cancel, Started, Stuck
from procsem.exit_status import describe_exit

_ROOT = Path(__file__).resolve().parents[3]
"""The folder from which ``procsem`` is imported."""

_BOOT = "import sys; sys.path += sys.argv[3:]; from procsem.containment.posix.supervisor import main; main()"


class _Heard(Enum):
    """The result of waiting for the supervisor."""

    DATA = auto()
    END = auto()
    """The pipe is closed: the supervisor is gone."""
    NOTHING = auto()
    """Nothing until the timeout: the supervisor hangs or is stopped."""


Search = Callable[[str, int | None], Scan]
"""Returns a scan for the live processes of the task with this token, whose main process has this pid if it is known."""


class SupervisedSandbox:
    """A sandbox whose tasks run below a supervisor process. Created by ``open_sandbox`` of the POSIX mechanisms."""

    def __init__(self, mechanism: str, search: Search, paths: Sequence[str] = ()) -> None:
        """``mechanism`` is the name of a module; ``paths`` are further folders from which the supervisor imports."""
        if not sys.executable:
            raise ContainmentError("A supervisor cannot be started: this Python does not know its own executable.")
        self._command = [sys.executable, "-I", "-S", "-c", _BOOT, mechanism, str(os.getpid()), str(_ROOT), *paths]
        self._search = search
        self.supervisor_timeout = KILL_TIMEOUT
        """Seconds without an answer after which the supervisor counts as lost."""
        self._lock = threading.Lock()
        self._cancelled = False
        self._running = False
        self._main: int | None = None
        self._start_supervisor()

    def run(self, task: Task) -> Ending:
        """See :meth:`procsem.containment.contract.Sandbox.run`."""
        # Make plain sequences and mappings, because they are pickled.
        task = replace(task, argv=tuple(task.argv), env=dict(task.env))
        began = time.monotonic()
        try:
            with self._lock:
                if self._cancelled:
                    return Ending.cancelled_before_start()
                if self._supervisor is None or self._supervisor.poll() is not None:
                    self._close_supervisor()
                    self._start_supervisor()
                self._running = True
                self._main = None
                self._shared = SharedObjects()
                self._send(task)
            answer = self._answer(began + task.timeout + task.grace_period + 2 * self.supervisor_timeout)
        except BaseException:
            # For example Ctrl-C. The next task must not get this task's answer.
            self._close_supervisor()
            raise
        finally:
            self._running = False
        if isinstance(answer, Stuck):
            self._close_supervisor()
            left = ", ".join(f"{p.pid} ({p.name}{', a zombie' if p.zombie else ''})" for p in answer.left)
            raise ContainmentError(
                f"Processes that {task.argv[0]} started could not be killed within {KILL_TIMEOUT:g} s: {left}. They "
                "belong to another user, or hang in the kernel: look at them with ps, and kill them as root."
            )
        if isinstance(answer, Ending):
            return answer
        return self._lost(task, answer, time.monotonic() - began)

    def cancel(self) -> None:
        """See :meth:`procsem.containment.contract.Sandbox.cancel`."""
        with self._lock:
            self._cancelled = True
            if self._running:
                self._send(Cancel())

    def close(self) -> None:
        """See :meth:`procsem.containment.contract.Sandbox.close`."""
        self._close_supervisor()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def _start_supervisor(self) -> None:
        self._supervisor: subprocess.Popen[bytes] | None = None
        try:
            self._supervisor = subprocess.Popen(
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0, start_new_session=True, cwd="/"
            )
        except OSError as error:
            raise ContainmentError(f"A supervisor cannot be started: {error}") from error
        assert self._supervisor.stdout
        self._reader = ipc.Reader(self._supervisor.stdout.fileno())

    def _send(self, message: object) -> None:
        supervisor = self._supervisor
        if supervisor is None:
            return
        assert supervisor.stdin
        # If the supervisor is gone, waiting for its answer will notice it. Another thread may have closed the pipe.
        with contextlib.suppress(BrokenPipeError, ValueError):
            ipc.send(supervisor.stdin.fileno(), message)

    def _answer(self, until: float) -> Ending | Stuck | _Heard:
        while (heard := self._hear(until)) is _Heard.DATA:
            for message in self._reader.messages():
                if isinstance(message, Started):
                    self._main = message.pid
                elif isinstance(message, (Ending, Stuck)):
                    return message
        return heard

    def _hear(self, until: float) -> _Heard:
        """Wait for data from the supervisor."""
        poll = select.poll()
        poll.register(self._reader.fd, select.POLLIN)
        if not poll.poll(max(0.0, until - time.monotonic()) * 1000):
            return _Heard.NOTHING
        return _Heard.DATA if self._reader.read() else _Heard.END

    def _lost(self, task: Task, heard: _Heard, seconds: float) -> Ending:
        """Kill the rest of a task whose supervisor was killed or stopped."""
        how = self._reap_supervisor(heard)
        killed = self._kill_rest(task)
        return Ending(
            Status.LOST,
            None,
            seconds,
            None,
            b"",
            leaked=tuple(LeakedProcess(process.pid, process.name) for process in killed),
            reason=f"its supervisor {how}; the rest of the task was killed, and its output is lost",
        )

    def _kill_rest(self, task: Task) -> list[ProcessInfo]:
        """Kill the processes that a lost supervisor has left behind, and return them."""

        scan = self._search(task.token, self._main)
        freeze(scan)
        found = list(scan())
        with self._shared.removed_after(found):
            left = kill(scan, lambda: not list(scan()), time.sleep)
        if left:
            pids = ", ".join(str(process.pid) for process in left)
            raise ContainmentError(
                f"The supervisor of {task.argv[0]} was lost, and these processes of its task cannot be killed: {pids}. "
                "Look at them with ps, and kill them as root."
            )
        return found

    def _close_supervisor(self) -> None:
        """Let the supervisor kill its task and exit; kill the supervisor if it does not."""
        if self._supervisor is None:
            return
        assert self._supervisor.stdin
        self._supervisor.stdin.close()
        # It may still send the ending of a task; the pipe ends when the supervisor does.
        until = time.monotonic() + 2 * self.supervisor_timeout
        while (heard := self._hear(until)) is _Heard.DATA:
            pass
        self._reap_supervisor(heard)

    def _reap_supervisor(self, heard: _Heard) -> str:
        """Wait for the supervisor to exit, killing it if it did not answer; return a description of how it ended."""
        supervisor, self._supervisor = self._supervisor, None
        assert supervisor
        assert supervisor.stdin
        assert supervisor.stdout
        if heard is _Heard.NOTHING:
            supervisor.kill()
        supervisor.stdin.close()
        supervisor.stdout.close()
        code = supervisor.wait()
        return "did not answer" if heard is _Heard.NOTHING else describe_exit(code)
