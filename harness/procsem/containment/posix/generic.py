"""macOS, the BSDs and other POSIX systems, where no process can become the one that orphans are given to.

What is of the task is told by descent, by session, and by the token in the environment; an orphan
that has been seen once stays known. psutil says what each system's own way of asking is.
"""

from __future__ import annotations

import sys

# ruff: noqa: E402 - what is imported below this check is for these systems alone.
assert sys.platform != "win32"

import contextlib
import os
import time
from collections.abc import Iterator, Set
from pathlib import Path

import psutil

from procsem.containment.contract import TOKEN_VARIABLE, Sandbox, Task
from procsem.containment.posix.process_limit import ProcessLimit, use_realtime_scheduling
from procsem.containment.posix.sandbox import SupervisedSandbox
from procsem.containment.posix.snapshot import ProcessInfo, with_descendants

NAME = "posix"
LIMITS: tuple[str, ...] = (
    "A process escapes that leaves the session, clears its environment and loses its parent before it was ever seen.",
    (
        "macOS shows nobody the environment of its own protected programs (those in /bin and /usr/bin are): one of "
        "them escapes that is in another session and lost its parent before it was ever seen."
    ),
    (
        "A process that runs as another user, by a set-user-ID program, can be ended by root alone; otherwise the "
        "sandbox raises an error instead of going on."
    ),
    "A task finds a lower limit on the number of its user's processes (RLIMIT_NPROC); it does not hold for root.",
    "The end of an orphan is not waited for but found by looking, and its CPU time is not known.",
    "A process can ask a service outside the tree (launchd, cron) to start another for it.",
)

_FRESH = 0.02
"""Seconds for which a tree that was not empty is taken to be so still; longer where looking takes long, for what is to
end needs the CPUs too."""


def open_sandbox() -> Sandbox:
    """A sandbox with a supervisor of its own."""
    return SupervisedSandbox("generic", find_by_token, paths=[str(Path(psutil.__file__).parents[1])])


def find_by_token(token: str, main: int | None) -> list[ProcessInfo]:
    """What is alive of a task that has lost its supervisor: what has the token in its environment or is in the session.

    ``main`` is the pid of the task's first process, and so the number of its session.
    """
    tree = TokenTree()
    tree.look_for(token)
    if main is not None:
        tree.started(main)
    return [process for process in tree.walk() if not process.zombie]


class TokenTree:
    """The processes of one task after another."""

    def __init__(self, adopters: Set[int] = frozenset()) -> None:
        """``adopters`` are whoever an orphan may have been given to; where none is named, it may be anyone."""
        self._adopters = adopters
        self.look_for("")

    def look_for(self, token: str, others: dict[int, int] | None = None) -> None:
        """Begin anew, with a task that has none of the ``others``, which are pids and the sessions they are in."""
        self._token = token
        self._others = others or {}
        self._main: set[int] = set()
        self._sessions: set[int] = set()
        self._known: set[tuple[int, float]] = set()
        self._strangers: set[tuple[int, float]] = set()
        self._full_until = 0.0

    def prepare(self, task: Task) -> None:
        """Begin anew, for this task."""
        self.look_for(task.token, dict(_pids_and_sessions()))

    def started(self, pid: int) -> None:
        """The main process leads a session of its own, whose number stays its own until it was waited for."""
        self._main = self._sessions = {pid}

    def empty(self, childless: bool) -> bool:
        """Whether a look finds none alive. A dead orphan is its new parent's to wait for."""
        if childless:
            self._main = set()
        now = time.monotonic()
        if not childless or now < self._full_until:
            return False
        if any(not process.zombie for process in self.walk()):
            self._full_until = time.monotonic() + max(_FRESH, 4 * (time.monotonic() - now))
            return False
        return True

    def exceeds(self, max_processes: int) -> bool:
        """Counts who is in the sessions that are known to be the task's, which needs one call for each process."""
        return sum(session in self._sessions for _, session in _pids_and_sessions()) > max_processes

    def walk(self) -> Iterator[ProcessInfo]:
        """Every process that is or was once seen to be of the task, but for the zombies that are another's to reap."""
        recent = list(self._recent())
        own = {p.pid: p for p in recent if p.session in self._sessions or p.identity in self._known}
        own = with_descendants(own, recent)
        # To ask for the environment costs most, waits for a process that is forking, and is needed for orphans alone.
        orphans = [p for p in recent if p.pid not in own and (not self._adopters or p.parent in self._adopters)]
        own |= {p.pid: p for p in orphans if self._bears_token(p)}
        own = with_descendants(own, recent)
        self._known |= {process.identity for process in own.values()}
        # A session that was made in the tree is the tree's, whoever is in it, as long as anyone is.
        self._sessions = self._main | {process.session for process in own.values()}
        yield from (p for p in own.values() if not p.zombie or p.parent in own or p.parent == os.getpid())

    def _bears_token(self, process: ProcessInfo) -> bool:
        if process.identity in self._strangers:
            return False
        try:
            environment = psutil.Process(process.pid).environ()
        except (psutil.Error, OSError):
            return False  # Another user's, or gone, or about to be replaced: ask again at the next look.
        if environment.get(TOKEN_VARIABLE) == self._token:
            return True
        self._strangers.add(process.identity)
        return False

    def _recent(self) -> Iterator[ProcessInfo]:
        """All but the others. One of theirs with the same session is still theirs, or came after it in that session."""
        for pid, session in _pids_and_sessions():
            if self._others.get(pid) == session:
                continue
            try:
                # Not process_iter: it may bring what it knew of a process that had the pid before.
                process = psutil.Process(pid)
                with process.oneshot():
                    yield ProcessInfo(
                        pid=pid,
                        start=process.create_time(),
                        parent=process.ppid() or 0,
                        group=os.getpgid(pid),
                        session=session,
                        zombie=process.status() == psutil.STATUS_ZOMBIE,
                        name=process.name(),
                    )
            except (psutil.Error, OSError):
                continue  # Gone meanwhile, or a zombie of which this system says nothing.


def _pids_and_sessions() -> Iterator[tuple[int, int]]:
    for pid in psutil.pids():
        with contextlib.suppress(OSError):  # Gone meanwhile, or not to be known here.
            yield pid, os.getsid(pid)


class _SupervisorTree(TokenTree):
    """In the supervisor, the tree also keeps the supervisor's share of the CPUs."""

    def __init__(self) -> None:
        # Process 1; or on Linux an ancestor that is a subreaper, like a desktop's service manager. Not the harness.
        super().__init__({1, *(process.pid for process in psutil.Process().parents()[1:])})
        self._ahead = use_realtime_scheduling()
        self._growth = None if self._ahead else ProcessLimit(lambda: len(psutil.pids()))

    def prepare(self, task: Task) -> None:
        """See :mod:`procsem.containment.posix.process_limit`."""
        super().prepare(task)
        if self._growth:
            self._growth.set(task.max_processes)


make_tree = _SupervisorTree
