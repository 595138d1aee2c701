"""The supervisor: the process that starts the tasks, enforces their limits, and kills their process trees.

It is a minimal interpreter, started once per sandbox, so that a task costs little more than a fork and an exec. It runs
in its own session, so the terminal's Ctrl-C reaches only the harness, which then tells its supervisors what to do. It
kills the tree when it is told to, and when the process that opened the sandbox (the owner) is gone.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import selectors
import signal
import subprocess
import sys
import time
import types
from typing import NamedTuple

assert sys.platform != "win32"  # mypy checks the rest of this module for this platform only

from procsem.containment.contract import (
    TOKEN_VARIABLE,
    Cut,
    Deadline,
    Ending,
    LeakedProcess,
    OutputKeeper,
    Status,
    Task,
)
from procsem.containment.posix import ipc
from procsem.containment.posix.monitor import ProcessMonitor
from procsem.containment.posix.shared_objects import SharedObjects
from procsem.containment.posix.snapshot import ProcessInfo, Tree, freeze, kill

_SCAN_INTERVAL = 0.05
"""Seconds until the first scan, and until the next one after a change."""

_LONGEST_SCAN_INTERVAL = 0.3
"""Seconds between two scans of a tree in which nothing changes. A fork bomb is still noticed within a second."""

_SCAN_CPU_SHARE = 0.02
"""The part of one CPU that scans may use: if they take long they become rarer, up to the longest interval."""

_LONGEST_REPORT = 2.0
"""Seconds in which the processes of a tree that has hung may print their stacks."""
_QUIET_TIME = 0.2
"""Seconds without output after which they are taken to have printed them."""

_LAST_READS = 64
"""Maximum number of reads after the tree has ended: enough to empty a pipe, but bounded in case an unrelated process
keeps writing."""


class Cancel(NamedTuple):
    """Message to the supervisor: kill the running task."""


class Started(NamedTuple):
    """Message to the sandbox: the main process's pid, which is needed if the supervisor dies."""

    pid: int


class Stuck(NamedTuple):
    """Message to the sandbox: the processes that could not be killed."""

    left: list[ProcessInfo]


class Supervisor:
    """Runs the tasks that arrive on the pipe ``requests`` and sends their endings to the pipe ``answers``."""

    def __init__(self, tree: Tree, owner: int, requests: int, answers: int) -> None:
        self._tree = tree
        self._owner = owner
        self._requests = ipc.Reader(requests)
        self._answers = answers
        self._selector = selectors.DefaultSelector()
        self._wakeup, write_end = os.pipe()
        for fd in (self._wakeup, write_end):
            os.set_blocking(fd, False)
        signal.set_wakeup_fd(write_end, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            # Handled, not ignored: exec resets handlers, so a task starts with the default actions.
            signal.signal(number, self._asked_to_end)
        self.owner_gone = False
        """True if the owner is gone, or if a signal asked the supervisor itself to end."""
        self._selector.register(requests, selectors.EVENT_READ)
        self._selector.register(self._wakeup, selectors.EVENT_READ)

    def serve(self) -> None:
        """Run tasks until the owner is gone."""
        while not self.owner_gone:
            messages = self.wait(None)
            task = next((message for message in messages if isinstance(message, Task)), None)
            if task is None:
                continue
            # Both arrive together if this process was slow to start, or was stopped.
            cancelled = any(isinstance(message, Cancel) for message in messages)
            answer = Ending.cancelled_before_start() if cancelled else _Run(self, self._tree, task).run_to_end()
            if not self.owner_gone:
                self.send(answer)

    def send(self, value: object) -> None:
        """Send a message to the sandbox."""
        try:
            ipc.send(self._answers, value)
        except BrokenPipeError:
            self.owner_gone = True

    def wait(self, seconds: float | None) -> list[object]:
        """Wait for a message, a child's end, output, or the timeout; return the messages that have arrived."""
        ready = {key.fd for key, _ in self._selector.select(seconds)}
        if self._wakeup in ready:
            with contextlib.suppress(BlockingIOError):
                os.read(self._wakeup, 1 << 12)
        if self._requests.fd in ready and not self._requests.read():
            self.owner_gone = True
            self._selector.unregister(self._requests.fd)
        # A process that was forked from the owner may hold a copy of the pipe's other end, so also check the parent.
        if os.getppid() != self._owner:
            self.owner_gone = True
        return list(self._requests.messages())

    def watch_output(self, fd: int) -> None:
        """Let :meth:`wait` also return when this descriptor is readable."""
        self._selector.register(fd, selectors.EVENT_READ)

    def close_output(self, fd: int) -> None:
        """Stop watching this descriptor, and close it."""
        self._selector.unregister(fd)
        os.close(fd)

    def _asked_to_end(self, number: int, frame: types.FrameType | None) -> None:
        self.owner_gone = True


class _Run:
    """One task, from its start until no process of it is left."""

    def __init__(self, supervisor: Supervisor, tree: Tree, task: Task) -> None:
        self._supervisor = supervisor
        self._tree = tree
        self._task = task
        self._kept = OutputKeeper(task.output_limit)
        self._output: int | None = None
        self._status: int | None = None
        self._cpu = 0.0
        self._childless = False
        self._leaked: tuple[LeakedProcess, ...] = ()

    def run_to_end(self) -> Ending | Stuck:
        """Run the task, and return when no process of it is left or when a process cannot be killed."""
        task = self._task
        self._tree.prepare(task)
        self._shared = SharedObjects()
        began = time.monotonic()
        try:
            self._start()
        except (OSError, ValueError, subprocess.SubprocessError) as error:
            return Ending.not_run(Status.NOT_STARTED, str(error), time.monotonic() - began)
        try:
            cut = self._supervise(began)
            if left := self._kill_tree():
                return Stuck(left)
            seconds = time.monotonic() - began
            self._read_output(reads=_LAST_READS)
        finally:
            if self._output is not None:
                self._supervisor.close_output(self._output)
        status, code = (cut.status, None) if cut else self._outcome()
        return Ending(
            status=status,
            code=code,
            seconds=seconds,
            cpu_seconds=self._cpu,
            output=self._kept.kept(),
            output_dropped=self._kept.dropped,
            peak=self._monitor.peak,
            leaked=self._leaked,
            events=tuple(self._monitor.events),
            reason=cut.reason if cut else "",
        )

    def _start(self) -> None:
        task = self._task
        output, write_end = os.pipe()
        try:
            process = subprocess.Popen(
                task.argv,
                cwd=task.cwd,
                env={**task.env, TOKEN_VARIABLE: task.token},
                stdin=subprocess.DEVNULL,
                stdout=write_end,
                stderr=write_end,
                start_new_session=True,
            )
        except BaseException:
            os.close(output)
            raise
        finally:
            os.close(write_end)
        # The supervisor waits for all its children itself, so keep Popen from waiting for this one.
        process.returncode = 0
        self._main = process.pid
        self._monitor = ProcessMonitor(process.pid, os.path.basename(task.argv[0]), os.getpid())
        os.set_blocking(output, False)
        self._output = output
        self._supervisor.watch_output(output)
        self._tree.started(process.pid)
        self._supervisor.send(Started(process.pid))

    def _supervise(self, began: float) -> Cut | None:
        """Wait until no process is left or the grace period is over (None), or until the tree must be killed."""
        task = self._task
        deadline = Deadline(task, began)
        until = deadline.update(began)
        interval = _SCAN_INTERVAL
        next_scan = began + interval
        while True:
            messages = self._supervisor.wait(max(0.0, min(until, next_scan) - time.monotonic()))
            self._read_output()
            ended_before = self._status is not None
            if self._reap():
                return None
            now = time.monotonic()
            if self._status is None:
                until = deadline.update(now)
            elif not ended_before:
                until, next_scan = now + task.grace_period, min(next_scan, now + _SCAN_INTERVAL)
            if self._supervisor.owner_gone or any(isinstance(message, Cancel) for message in messages):
                return Cut.cancelled()
            if now >= next_scan:
                exceeds = self._tree.exceeds(task.max_processes)
                snapshot = [] if exceeds else list(self._tree.iter_processes())
                if exceeds or len(snapshot) > task.max_processes:
                    return Cut.too_many_processes(task, now - began)
                changed = self._monitor.update(snapshot)
                # Not every mechanism is notified of an orphan's end: scan often while we wait for it.
                fast = changed or self._status is not None
                interval = _SCAN_INTERVAL if fast else min(interval * 1.5, _LONGEST_SCAN_INTERVAL)
                cost = time.monotonic() - now
                next_scan = now + min(max(interval, cost / _SCAN_CPU_SHARE), _LONGEST_SCAN_INTERVAL)
            if now >= until:
                if self._status is not None:
                    return None
                self._ask_for_stacks()
                return deadline.cut(now)

    def _ask_for_stacks(self) -> None:
        """Ask every process of a tree that has hung for its stacks, and read them.

        Processes that have registered the signal with faulthandler print them; all others ignore it.
        """
        for process in self._tree.iter_processes():
            with contextlib.suppress(OSError):
                os.kill(process.pid, signal.SIGURG)
        now = time.monotonic()
        until, quiet = now + _LONGEST_REPORT, now + _QUIET_TIME
        while now < min(until, quiet):
            received = self._kept.received
            self._pause(min(until, quiet) - now)
            now = time.monotonic()
            if self._kept.received != received:
                quiet = now + _QUIET_TIME

    def _kill_tree(self) -> list[ProcessInfo]:
        """Kill the whole tree; return the processes that could not be killed."""
        if self._reap():
            return []
        if self._status is None:
            # The main process has not been reaped, so its pid is still the id of its group. One call stops the whole
            # group, however fast it multiplies.
            with contextlib.suppress(PermissionError):
                os.killpg(self._main, signal.SIGSTOP)
        freeze(self._tree.iter_processes)
        outlived = self._status is not None
        snapshot = list(self._tree.iter_processes())
        self._monitor.update(snapshot)
        if outlived:
            self._leaked = tuple(LeakedProcess(p.pid, p.name, p.zombie) for p in snapshot)
        with self._shared.removed_after(snapshot):
            return kill(self._tree.iter_processes, self._reap, self._pause)

    def _pause(self, seconds: float) -> None:
        self._supervisor.wait(seconds)
        self._read_output()

    def _reap(self) -> bool:
        """Reap every dead child; return whether no process of the tree is left."""
        while not self._childless:
            try:
                pid, status, usage = os.wait4(-1, os.WNOHANG)
            except ChildProcessError:
                self._childless = True
                break
            if pid == 0:
                break
            self._cpu += usage.ru_utime + usage.ru_stime
            self._monitor.reaped(pid, status)
            if pid == self._main:
                self._status = status
        return self._tree.is_empty(self._childless)

    def _read_output(self, reads: int = 1) -> None:
        """Read available output, at most a few blocks, so that a flood does not delay anything else."""
        for _ in range(reads):
            if self._output is None:
                return
            try:
                data = os.read(self._output, 1 << 16)
            except BlockingIOError:
                return
            if data:
                self._kept.feed(data)
            else:
                self._supervisor.close_output(self._output)
                self._output = None

    def _outcome(self) -> tuple[Status, int | None]:
        if self._status is None:
            return Status.LOST, None
        code = os.waitstatus_to_exitcode(self._status)
        return (Status.EXITED, code) if code >= 0 else (Status.SIGNALLED, -code)


def main() -> None:
    """Serve on standard input and output. The arguments are the name of the mechanism's module and the owner's pid."""
    mechanism, owner = sys.argv[1], int(sys.argv[2])
    tree = importlib.import_module(f"procsem.containment.posix.{mechanism}").make_tree()
    Supervisor(tree, owner, sys.stdin.fileno(), sys.stdout.fileno()).serve()
