"""Linux: the supervisor is a child subreaper, so that every orphan of the task comes back to it.

prctl(2), PR_SET_CHILD_SUBREAPER: a descendant that loses its parent is given to its nearest ancestor
that is a subreaper, whatever session, group or environment it has made itself. So the tree is what
hangs below the supervisor, and it is empty exactly when wait(2) says that there is no child (ECHILD).
"""

from __future__ import annotations

import sys
from typing import Final

# ruff: noqa: E402 - what is imported below this check is for these systems alone.
assert sys.platform == "linux"

import contextlib
import ctypes
import os
from collections.abc import Iterator

from procsem.containment.contract import TOKEN_VARIABLE, ContainmentError, Sandbox, Task
from procsem.containment.posix.process_limit import ProcessLimit, use_realtime_scheduling
from procsem.containment.posix.sandbox import SupervisedSandbox
from procsem.containment.posix.snapshot import ProcessInfo, with_descendants

NAME = "linux"
LIMITS: tuple[str, ...] = (
    (
        "A process that runs as another user, by a set-user-ID program, can be ended by root alone; otherwise the "
        "sandbox raises an error instead of going on."
    ),
    (
        "Of a task that kills its own supervisor, a process is lost that left the session and cleared its environment: "
        "it belongs to the system's init then, and nothing tells whose it was."
    ),
    (
        "Where the supervisor may not run before others (only root may, and in most containers not even root), a task "
        "finds a lower limit on the number of its user's processes (RLIMIT_NPROC), and one that makes session after "
        "session may take a while to end: up to a minute where the user is root, for whom the limit does not hold."
    ),
    "A process can ask a service outside the tree (systemd-run, at, docker) to start another for it.",
)

_PR_SET_CHILD_SUBREAPER: Final = 36
"""From <linux/prctl.h>, since Linux 3.4."""


def open_sandbox() -> Sandbox:
    """A sandbox with a supervisor of its own. Raises :class:`ContainmentError` where /proc or the call is missing."""
    return SupervisedSandbox("linux", find_by_token)


def read_stat(pid: int | str) -> tuple[ProcessInfo, int] | None:
    """What /proc says of a process, and its number of threads; None when it is gone. See proc_pid_stat(5)."""
    try:
        text = _read(f"/proc/{pid}/stat")
    except OSError:
        return None
    # The name stands in brackets and may itself contain brackets and spaces.
    head, _, tail = text.rpartition(b")")
    number, _, name = head.partition(b" (")
    fields = tail.split()
    if int(fields[2]) < 0:  # released as it was read: what it belonged to is no longer told, neither parent nor group
        return None
    threads = int(fields[17])
    # The first thread of a process may end before the others: it shows as Z, yet the process lives.
    zombie = fields[0] in b"ZX" and threads <= 1
    seen = ProcessInfo(
        pid=int(number),
        start=int(fields[19]),
        parent=int(fields[1]),
        group=int(fields[2]),
        session=int(fields[3]),
        zombie=zombie,
        name=name.decode(errors="replace"),
    )
    return seen, threads


def _read(path: str) -> bytes:
    """A file of /proc, as it was at one moment where it is not longer than 64 KiB."""
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        text = b""
        while part := os.read(fd, 1 << 16):
            text += part
        return text
    finally:
        os.close(fd)


def _own_threads() -> int:
    """How many threads this user has, which is what the system limits. Those that cannot be seen do not count."""
    own = os.getuid()
    number = 0
    for entry in os.listdir("/proc"):
        with contextlib.suppress(OSError):
            if entry.isdigit() and os.stat(f"/proc/{entry}").st_uid == own and (stat := read_stat(entry)):
                number += stat[1]
    return number


def all_processes() -> list[ProcessInfo]:
    """Every process that /proc shows."""
    found = (read_stat(entry) for entry in os.listdir("/proc") if entry.isdigit())
    return [stat[0] for stat in found if stat is not None]


def find_by_token(token: str, main: int | None) -> list[ProcessInfo]:
    """What is alive of a task that has lost its supervisor: what has the token in its environment or is in the session.

    ``main`` is the pid of the task's first process, and so the number of its session.
    """
    mark = f"{TOKEN_VARIABLE}={token}".encode()
    alive = [process for process in all_processes() if not process.zombie]
    found = {p.pid: p for p in alive if p.session == main or _bears(p.pid, mark)}
    return list(with_descendants(found, alive).values())


def _bears(pid: int, mark: bytes) -> bool:
    try:
        return mark in _read(f"/proc/{pid}/environ").split(b"\0")
    except OSError:
        return False


class SubreaperTree:
    """The processes below the supervisor."""

    def __init__(self) -> None:
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
            reason = os.strerror(ctypes.get_errno())
            raise ContainmentError(
                f"The supervisor cannot become a child subreaper ({reason}): Linux 3.4 or newer is needed."
            )
        self._ahead = use_realtime_scheduling()
        self._growth = None if self._ahead else ProcessLimit(_own_threads)
        self._root = os.getpid()
        try:
            mounted = int(os.readlink("/proc/self"))
        except OSError:
            mounted = None
        if mounted != self._root:
            raise ContainmentError("The supervisor needs /proc to be mounted, for its own PID namespace.")
        # Kernels built without CONFIG_PROC_CHILDREN lack this file.
        self._has_children_files = os.path.exists(f"/proc/self/task/{self._root}/children")

    def prepare(self, task: Task) -> None:
        """See :mod:`procsem.containment.posix.process_limit`."""
        if self._growth:
            self._growth.set(task.max_processes)

    def started(self, pid: int) -> None:
        """Nothing: what hangs below the supervisor is the task's."""

    def empty(self, childless: bool) -> bool:
        """No child, no descendant: an orphan would have become a child."""
        return childless

    def exceeds(self, max_processes: int) -> bool:
        """Counts the children of first threads only, which needs no more than one short file for each process."""
        if self._ahead or not self._has_children_files:
            return False  # There is time for a census.
        todo = self._children(self._root, 1)
        for pid in todo:  # Grows while it is walked.
            todo += self._children(pid, 1)
            if len(todo) > max_processes:
                return True
        return False

    def walk(self) -> Iterator[ProcessInfo]:
        """Every process below the supervisor, parents before their children."""
        if not self._has_children_files:
            yield from self._by_parent()
            return
        found: set[int] = set()
        todo = self._children(self._root, 1)
        for pid in todo:  # Grows while it is walked.
            if pid in found or (stat := read_stat(pid)) is None:
                continue
            process, threads = stat
            found.add(pid)
            yield process
            if not process.zombie:
                todo += self._children(pid, threads)

    def _children(self, pid: int, threads: int) -> list[int]:
        """See proc_pid_task_tid_children(5): a child belongs to the thread that made it."""
        children: list[int] = []
        try:
            tids = [str(pid)] if threads == 1 else os.listdir(f"/proc/{pid}/task")
        except OSError:
            return []
        for tid in tids:
            with contextlib.suppress(OSError):  # It has ended meanwhile.
                children += map(int, _read(f"/proc/{pid}/task/{tid}/children").split())
        return children

    def _by_parent(self) -> list[ProcessInfo]:
        everyone = all_processes()
        return list(with_descendants({p.pid: p for p in everyone if p.parent == self._root}, everyone).values())


make_tree = SubreaperTree
