"""Linux: the supervisor is a child subreaper, so every orphan of the task becomes its child.

prctl(2), PR_SET_CHILD_SUBREAPER: if the parent of a process ends, the nearest ancestor that is a subreaper becomes the
new parent, whatever session, group or environment the process has chosen. So the descendants of the supervisor are the
processes of the task, and no process is left exactly when wait(2) reports that there is no child (ECHILD).
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
from collections.abc import Iterator
from typing import Final

assert sys.platform == "linux"  # mypy checks the rest of this module for this platform only

from procsem.containment.contract import TOKEN_VARIABLE, ContainmentError, Sandbox, Task
from procsem.containment.posix.process_limit import ProcessLimit, use_realtime_scheduling
from procsem.containment.posix.sandbox import SupervisedSandbox
from procsem.containment.posix.snapshot import ProcessInfo, Scan, with_descendants

NAME = "linux"

_PR_SET_CHILD_SUBREAPER: Final = 36
"""From <linux/prctl.h>, since Linux 3.4."""


def open_sandbox() -> Sandbox:
    """Return a sandbox with its own supervisor. Raises :class:`ContainmentError` if /proc or prctl() does not work."""
    return SupervisedSandbox(NAME, search)


def read_stat(pid: int | str) -> tuple[ProcessInfo, int] | None:
    """Return a process and its number of threads, or None if it is gone. See proc_pid_stat(5)."""
    try:
        text = _read(f"/proc/{pid}/stat")
    except OSError:
        return None
    # The name is in parentheses and may itself contain parentheses and spaces.
    head, _, tail = text.rpartition(b")")
    number, _, name = head.partition(b" (")
    fields = tail.split()
    if int(fields[2]) < 0:  # the process was released while it was read: it shows neither parent nor group any more
        return None
    threads = int(fields[17])
    # If the first thread ends before the others, the process shows state Z but still runs.
    zombie = fields[0] in b"ZX" and threads <= 1
    process = ProcessInfo(
        pid=int(number),
        start=int(fields[19]),
        parent=int(fields[1]),
        group=int(fields[2]),
        session=int(fields[3]),
        zombie=zombie,
        name=name.decode(errors="replace"),
    )
    return process, threads


def _read(path: str) -> bytes:
    """Read a file in /proc. A file of up to 64 KiB is read in one piece, so its content is consistent."""
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        text = b""
        while part := os.read(fd, 1 << 16):
            text += part
        return text
    finally:
        os.close(fd)


def _own_threads() -> int:
    """Count the threads of this user in this PID namespace."""
    own = os.getuid()
    number = 0
    for entry in os.listdir("/proc"):
        with contextlib.suppress(OSError):
            if entry.isdigit() and os.stat(f"/proc/{entry}").st_uid == own and (stat := read_stat(entry)):
                number += stat[1]
    return number


def all_processes() -> list[ProcessInfo]:
    """Return every process that /proc shows."""
    found = (read_stat(entry) for entry in os.listdir("/proc") if entry.isdigit())
    return [stat[0] for stat in found if stat is not None]


def search(token: str, main: int | None) -> Scan:
    """Return a scan for the live processes of a task whose supervisor is gone: by token, by session, and descent.

    ``main`` is the pid of the task's main process, which is also the id of its session. What an earlier scan has found
    counts until it is a zombie: a process that ends loses its environment before.
    """
    entry = f"{TOKEN_VARIABLE}={token}".encode()
    known: set[tuple[int, float]] = set()

    def scan() -> list[ProcessInfo]:
        alive = [process for process in all_processes() if not process.zombie]
        found = {
            p.pid: p for p in alive if p.session == main or p.identity in known or _has_in_environment(p.pid, entry)
        }
        found = with_descendants(found, alive)
        known.update(process.identity for process in found.values())
        return list(found.values())

    return scan


def _has_in_environment(pid: int, entry: bytes) -> bool:
    try:
        return entry in _read(f"/proc/{pid}/environ").split(b"\0")
    except OSError:
        return False


class SubreaperTree:
    """The descendants of the supervisor."""

    def __init__(self) -> None:
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
            reason = os.strerror(ctypes.get_errno())
            raise ContainmentError(
                f"The supervisor cannot become a child subreaper ({reason}): Linux 3.4 or newer is needed."
            )
        self._realtime = use_realtime_scheduling()
        self._limit = None if self._realtime else ProcessLimit(_own_threads)
        self._root = os.getpid()
        try:
            mounted = int(os.readlink("/proc/self"))
        except OSError:
            mounted = None
        if mounted != self._root:
            raise ContainmentError("The supervisor needs /proc to be mounted, for its own PID namespace.")
        # Kernels built without CONFIG_PROC_CHILDREN do not have this file.
        self._has_children_files = os.path.exists(f"/proc/self/task/{self._root}/children")

    def prepare(self, task: Task) -> None:
        """Limit the number of processes, if the supervisor has no real-time priority."""
        if self._limit:
            self._limit.set(task.max_processes)

    def started(self, pid: int) -> None:
        """Do nothing: every descendant of the supervisor belongs to the task."""

    def is_empty(self, childless: bool) -> bool:
        """Return whether the supervisor has no child: it would have adopted every orphan."""
        return childless

    def exceeds(self, max_processes: int) -> bool:
        """Count only the children of first threads, which needs one short file per process."""
        if self._realtime or not self._has_children_files:
            return False  # a scan is fast enough
        pids = self._children(self._root, 1)
        for pid in pids:  # the list grows during the loop
            pids += self._children(pid, 1)
            if len(pids) > max_processes:
                return True
        return False

    def iter_processes(self) -> Iterator[ProcessInfo]:
        """Yield every descendant of the supervisor, parents before their children."""
        if not self._has_children_files:
            yield from self._descendants_by_parent()
            return
        found: set[int] = set()
        pids = self._children(self._root, 1)
        for pid in pids:  # the list grows during the loop
            if pid in found or (stat := read_stat(pid)) is None:
                continue
            process, threads = stat
            found.add(pid)
            yield process
            if not process.zombie:
                pids += self._children(pid, threads)

    def _children(self, pid: int, threads: int) -> list[int]:
        """Return the pids of the children. Each thread has its own list: see proc_pid_task_tid_children(5)."""
        children: list[int] = []
        try:
            tids = [str(pid)] if threads == 1 else os.listdir(f"/proc/{pid}/task")
        except OSError:
            return []
        for tid in tids:
            with contextlib.suppress(OSError):  # the thread has ended
                children += map(int, _read(f"/proc/{pid}/task/{tid}/children").split())
        return children

    def _descendants_by_parent(self) -> list[ProcessInfo]:
        everyone = all_processes()
        return list(with_descendants({p.pid: p for p in everyone if p.parent == self._root}, everyone).values())


make_tree = SubreaperTree
