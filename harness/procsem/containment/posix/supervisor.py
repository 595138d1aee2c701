"""The supervisor: the process below which one task after another runs, each bounded and ended by it.

It is a lean interpreter of its own, started once for each sandbox, so that a task costs little more than its
fork and exec. It lives in a session of its own: the terminal's Ctrl-C goes to the harness, which then tells its
supervisors what to do. It ends the tree when it is told to, and when the process that opened the sandbox is gone.
"""

from __future__ import annotations

import contextlib
import importlib
import sys
import time
from typing import NamedTuple

# ruff: noqa: E402 - what is imported below this check is for these systems alone.
assert sys.platform != "win32"

import os
import selectors
import signal
import subprocess
import types

from procsem.containment.contract import TOKEN_VARIABLE, Ending, LeakedProcess, OutputKeeper, Status, Task
from procsem.containment.posix import ipc as frames
from procsem.containment.posix.monitor import ProcessMonitor
from procsem.containment.posix.snapshot import ProcessInfo, Tree, freeze, kill

_TICK = 0.05
"""Seconds until the first look at the tree, and until the next one when something has changed."""

_SLOWEST_TICK = 0.3
"""Seconds between two looks at a tree in which nothing changes: one that multiplies is noticed within a second."""

_SHARE = 0.02
"""The part of one CPU that looking may take: where it takes long, it is done less often, as far as the above allows."""

_LAST_READS = 64
"""Reads of the output after the tree's end: more than a pipe holds, and an end to it should a stranger write on."""


class Cancel(NamedTuple):
    """From the sandbox: end the running task."""


class Started(NamedTuple):
    """To the sandbox: the main process's pid, should the supervisor be lost."""

    pid: int


class Stuck(NamedTuple):
    """To the sandbox: what could not be ended."""

    left: list[ProcessInfo]


class Supervisor:
    """Runs the tasks that arrive at ``requests`` and answers to ``answers``, both descriptors of pipes."""

    def __init__(self, tree: Tree, opener: int, requests: int, answers: int) -> None:
        self._tree = tree
        self._opener = opener
        self._requests = frames.Reader(requests)
        self._answers = answers
        self._selector = selectors.DefaultSelector()
        self._wakeup, waker = os.pipe()
        for fd in (self._wakeup, waker):
            os.set_blocking(fd, False)
        signal.set_wakeup_fd(waker, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            # Handled and not ignored: a task must find each signal as it would by hand, and exec resets handlers only.
            signal.signal(number, self._told_to_end)
        self.opener_gone = False
        """Nobody is left to answer to, or the supervisor itself was told to end."""
        self._selector.register(requests, selectors.EVENT_READ)
        self._selector.register(self._wakeup, selectors.EVENT_READ)

    def serve(self) -> None:
        """Run tasks until there is nobody to run them for."""
        while not self.opener_gone:
            for message in self.wait(None):
                if isinstance(message, Task):
                    answer = _Run(self, self._tree, message).to_its_end()
                    if not self.opener_gone:
                        self.answer(answer)

    def answer(self, value: object) -> None:
        """Tell the sandbox."""
        try:
            frames.send(self._answers, value)
        except BrokenPipeError:
            self.opener_gone = True

    def wait(self, seconds: float | None) -> list[object]:
        """Wait for a message, a child's end, output, or so many seconds; the messages that have come."""
        ready = {key.fd for key, _ in self._selector.select(seconds)}
        if self._wakeup in ready:
            with contextlib.suppress(BlockingIOError):
                os.read(self._wakeup, 1 << 12)
        if self._requests.fd in ready and not self._requests.read():
            self.opener_gone = True
            self._selector.unregister(self._requests.fd)
        # A copy of the pipe's other end, in a process forked from the opener, would hide the opener's end.
        if os.getppid() != self._opener:
            self.opener_gone = True
        return list(self._requests.frames())

    def watch_output(self, fd: int) -> None:
        """Wake up for this descriptor too."""
        self._selector.register(fd, selectors.EVENT_READ)

    def forget_output(self, fd: int) -> None:
        """Undo :meth:`watch_output`, and close it."""
        self._selector.unregister(fd)
        os.close(fd)

    def _told_to_end(self, number: int, frame: types.FrameType | None) -> None:
        self.opener_gone = True


class _Run:
    """One task, from its start until nothing of it is left."""

    def __init__(self, supervisor: Supervisor, tree: Tree, task: Task) -> None:
        self._supervisor = supervisor
        self._tree = tree
        self._task = task
        self._kept = OutputKeeper(task.output_limit)
        self._output: int | None = None
        self._status: int | None = None
        self._cpu = 0.0
        self._childless = False
        self._survivors: tuple[LeakedProcess, ...] = ()

    def to_its_end(self) -> Ending | Stuck:
        """Run the task; returns when nothing of it is left, or when that cannot be brought about."""
        task = self._task
        self._tree.prepare(task)
        begun = time.monotonic()
        try:
            self._start()
        except (OSError, ValueError, subprocess.SubprocessError) as error:
            return Ending(Status.NOT_STARTED, None, time.monotonic() - begun, None, b"", peak=0, reason=str(error))
        try:
            cut, reason = self._watch_over(begun)
            if left := self._end():
                return Stuck(left)
            seconds = time.monotonic() - begun
            self._drain(reads=_LAST_READS)
        finally:
            if self._output is not None:
                self._supervisor.forget_output(self._output)
        status, code = self._outcome(cut)
        return Ending(
            status=status,
            code=code,
            seconds=seconds,
            cpu_seconds=self._cpu,
            output=self._kept.kept(),
            output_dropped=self._kept.dropped,
            peak=self._watch.peak,
            leaked=self._survivors,
            events=tuple(self._watch.events),
            reason=reason,
        )

    def _start(self) -> None:
        task = self._task
        output, end = os.pipe()
        try:
            process = subprocess.Popen(
                task.argv,
                cwd=task.cwd,
                env={**task.env, TOKEN_VARIABLE: task.token},
                stdin=subprocess.DEVNULL,
                stdout=end,
                stderr=end,
                start_new_session=True,
            )
        except BaseException:
            os.close(output)
            raise
        finally:
            os.close(end)
        # The supervisor waits for all its children at once, those that it adopted too, so it is never asked again.
        process.returncode = 0
        self._main = process.pid
        self._watch = ProcessMonitor(process.pid, os.path.basename(task.argv[0]), os.getpid())
        os.set_blocking(output, False)
        self._output = output
        self._supervisor.watch_output(output)
        self._tree.started(process.pid)
        self._supervisor.answer(Started(process.pid))

    def _watch_over(self, begun: float) -> tuple[Status | None, str]:
        """Until the tree is empty or must be ended; in the second case, as what and why."""
        task = self._task
        until = begun + task.timeout
        tick = _TICK
        look = begun + tick
        while True:
            messages = self._supervisor.wait(max(0.0, min(until, look) - time.monotonic()))
            self._drain()
            ended_before = self._status is not None
            if self._reap():
                return None, ""
            now = time.monotonic()
            if self._status is not None and not ended_before:
                until, look = now + task.grace_period, min(look, now + _TICK)
            if self._supervisor.opener_gone or any(isinstance(message, Cancel) for message in messages):
                return Status.CANCELLED, "cancelled while it ran"
            if now >= look:
                exceeds = self._tree.exceeds(task.max_processes)
                census = [] if exceeds else list(self._tree.walk())
                if exceeds or len(census) > task.max_processes:
                    return Status.PROCESS_LIMIT, f"grew past {task.max_processes} processes after {now - begun:.1f} s"
                changed = self._watch.look(census)
                # Not every mechanism is told of an orphan's end: look often while it is waited for.
                tick = _TICK if changed or self._status is not None else min(tick * 1.5, _SLOWEST_TICK)
                cost = time.monotonic() - now
                look = now + min(max(tick, cost / _SHARE), _SLOWEST_TICK)
            if now >= until:
                if self._status is None:
                    return Status.TIMED_OUT, f"not done after {task.timeout:g} s"
                return None, ""

    def _end(self) -> list[ProcessInfo]:
        """End the whole tree; what is left of it, which should be nothing."""
        if self._reap():
            return []
        if self._status is None:
            # It was not waited for, so its group is its own. One call stops them all, however fast they multiply.
            with contextlib.suppress(PermissionError):
                os.killpg(self._main, signal.SIGSTOP)
        freeze(self._tree.walk)
        outlived = self._status is not None
        census = list(self._tree.walk())
        self._watch.look(census)
        if outlived:
            self._survivors = tuple(LeakedProcess(p.pid, p.name, p.zombie) for p in census)
        return kill(self._tree.walk, self._reap, self._pause)

    def _pause(self, seconds: float) -> None:
        self._supervisor.wait(seconds)
        self._drain()

    def _reap(self) -> bool:
        """Wait for all that is dead; whether nothing of the tree is left."""
        while not self._childless:
            try:
                pid, status, usage = os.wait4(-1, os.WNOHANG)
            except ChildProcessError:
                self._childless = True
                break
            if pid == 0:
                break
            self._cpu += usage.ru_utime + usage.ru_stime
            self._watch.reaped(pid, status)
            if pid == self._main:
                self._status = status
        return self._tree.empty(self._childless)

    def _drain(self, reads: int = 1) -> None:
        """Take the output that is there, so much of it at most that the clock and the children get their turn."""
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
                self._supervisor.forget_output(self._output)
                self._output = None

    def _outcome(self, cut: Status | None) -> tuple[Status, int | None]:
        if cut is not None:
            return cut, None
        if self._status is None:
            return Status.LOST, None
        code = os.waitstatus_to_exitcode(self._status)
        return (Status.EXITED, code) if code >= 0 else (Status.SIGNALLED, -code)


def main() -> None:
    """Serve on standard input and output; the arguments are the mechanism's module and the opener's pid."""
    mechanism, opener = sys.argv[1], int(sys.argv[2])
    tree = importlib.import_module(f"procsem.containment.posix.{mechanism}").make_tree()
    Supervisor(tree, opener, sys.stdin.fileno(), sys.stdout.fileno()).serve()
