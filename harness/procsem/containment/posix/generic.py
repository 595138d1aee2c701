"""macOS, the BSDs and other POSIX systems, where a process cannot make itself the new parent of orphans.

The processes of the task are found by descent, by session, and by the token in the environment. An orphan that was
found once is remembered. psutil hides how each system lists its processes.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Iterator, Set
from pathlib import Path

import psutil

assert sys.platform != "win32"  # mypy checks the rest of this module for this platform only

from procsem.containment.contract import TOKEN_VARIABLE, Sandbox, Task
from procsem.containment.posix.process_limit import ProcessLimit, use_realtime_scheduling
from procsem.containment.posix.sandbox import SupervisedSandbox
from procsem.containment.posix.snapshot import ProcessInfo, Scan, with_descendants

NAME = "posix"

_NOT_EMPTY_LIFETIME = 0.02
"""How long a "not empty" answer is cached, in seconds. Scans that take longer are cached longer, so that scanning does
not starve the processes that we wait for."""


def open_sandbox() -> Sandbox:
    """Return a sandbox with its own supervisor."""
    return SupervisedSandbox("generic", search, paths=[str(Path(psutil.__file__).parents[1])])


def search(token: str, main: int | None) -> Scan:
    """Return a scan for the live processes of a task whose supervisor is gone: by token, by session, and descent.

    ``main`` is the pid of the task's main process, which is also the id of its session.
    """
    tree = TokenTree()
    tree.look_for(token)
    if main is not None:
        tree.started(main)
    return lambda: [process for process in tree.iter_processes() if not process.zombie]


class TokenTree:
    """The processes of one task after another, found by descent, session and token."""

    def __init__(self, adopters: Set[int] = frozenset()) -> None:
        """``adopters`` are the pids of the possible new parents of an orphan; if empty, any process may be one."""
        self._adopters = adopters
        self.look_for("")

    def look_for(self, token: str, existing: dict[int, int] | None = None) -> None:
        """Forget everything, and look for the task with this token.

        ``existing`` maps the pid of each process that existed before the task to its session.
        """
        self._token = token
        self._existing = existing or {}
        self._main: set[int] = set()
        self._sessions: set[int] = set()
        self._known: set[tuple[int, float]] = set()
        self._unrelated: set[tuple[int, float]] = set()
        self._not_empty_until = 0.0

    def prepare(self, task: Task) -> None:
        """Look for this task from now on."""
        self.look_for(task.token, dict(_pids_and_sessions()))

    def started(self, pid: int) -> None:
        """Note the main process. It leads a session, whose id is not reused until the process has been reaped."""
        self._main = self._sessions = {pid}

    def is_empty(self, childless: bool) -> bool:
        """Return whether a scan finds no live process. A dead orphan is left to its new parent."""
        if childless:
            self._main = set()
        now = time.monotonic()
        if not childless or now < self._not_empty_until:
            return False
        if any(not process.zombie for process in self.iter_processes()):
            self._not_empty_until = time.monotonic() + max(_NOT_EMPTY_LIFETIME, 4 * (time.monotonic() - now))
            return False
        return True

    def exceeds(self, max_processes: int) -> bool:
        """Count the processes in the task's known sessions, which needs one system call per process."""
        return sum(session in self._sessions for _, session in _pids_and_sessions()) > max_processes

    def iter_processes(self) -> Iterator[ProcessInfo]:
        """Yield every process that belongs or once belonged to the task, without zombies of unrelated parents."""
        recent = list(self._recent())
        own = {p.pid: p for p in recent if p.session in self._sessions or p.identity in self._known}
        own = with_descendants(own, recent)
        # Reading an environment is slow and waits for a process that is forking. Only orphans need it.
        orphans = [p for p in recent if p.pid not in own and (not self._adopters or p.parent in self._adopters)]
        own |= {p.pid: p for p in orphans if self._has_token(p)}
        own = with_descendants(own, recent)
        self._known |= {process.identity for process in own.values()}
        # A session that was created in the tree belongs to the tree as long as a process is in it.
        self._sessions = self._main | {process.session for process in own.values()}
        yield from (p for p in own.values() if not p.zombie or p.parent in own or p.parent == os.getpid())

    def _has_token(self, process: ProcessInfo) -> bool:
        if process.identity in self._unrelated:
            return False
        try:
            environment = psutil.Process(process.pid).environ()
        except (psutil.Error, OSError):
            return False  # another user's, or gone, or about to exec: the next scan tries again
        if environment.get(TOKEN_VARIABLE) == self._token:
            return True
        self._unrelated.add(process.identity)
        return False

    def _recent(self) -> Iterator[ProcessInfo]:
        """Yield the processes that did not exist before the task.

        A process with the pid of an existing one counts as existing if it is still in the same session.
        """
        for pid, session in _pids_and_sessions():
            if self._existing.get(pid) == session:
                continue
            try:
                # Not process_iter(), which may return cached data of an earlier process with the same pid.
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
                continue  # gone, or a zombie about which this system gives no information


def _pids_and_sessions() -> Iterator[tuple[int, int]]:
    for pid in psutil.pids():
        with contextlib.suppress(OSError):  # gone, or not accessible
            yield pid, os.getsid(pid)


class _SupervisorTree(TokenTree):
    """The tree in the supervisor, which also makes sure that the supervisor gets enough CPU time."""

    def __init__(self) -> None:
        # Process 1, or on Linux an ancestor that is a subreaper, like a desktop's service manager. Not the harness.
        super().__init__({1, *(process.pid for process in psutil.Process().parents()[1:])})
        self._limit = None if use_realtime_scheduling() else ProcessLimit(lambda: len(psutil.pids()))

    def prepare(self, task: Task) -> None:
        """Look for this task, and limit the number of processes if the supervisor has no real-time priority."""
        super().prepare(task)
        if self._limit:
            self._limit.set(task.max_processes)


make_tree = _SupervisorTree
