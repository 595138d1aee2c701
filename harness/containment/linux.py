"""Linux: the warden is a child subreaper, so that every orphan of the task comes back to it.

prctl(2), PR_SET_CHILD_SUBREAPER: a descendant that loses its parent is given to its nearest ancestor
that is a subreaper, whatever session, group or environment it has made itself. So the tree is what
hangs below the warden, and it is empty exactly when wait(2) says that there is no child (ECHILD).
"""

from __future__ import annotations

import sys
from typing import Final

assert sys.platform == "linux"

import ctypes
import os

from harness.containment.census import Seen
from harness.containment.contract import TOKEN_VARIABLE, ContainmentError, Slot
from harness.containment.slot import WardenSlot

NAME = "linux"
LIMITS: tuple[str, ...] = (
    "A process that runs as another user, by a set-user-ID program, can be ended by root alone; otherwise the slot "
    + "raises an error instead of going on.",
    "Of a task that kills its own warden, a process that left the session and cleared its environment is lost: "
    + "it belongs to the system's init then, and nothing tells whose it was.",
    "A process can ask a service outside the tree (systemd-run, at, docker) to start another for it.",
)

_PR_SET_CHILD_SUBREAPER: Final = 36
"""From <linux/prctl.h>, since Linux 3.4."""


def open_slot() -> Slot:
    """A slot with a warden of its own. Raises :class:`ContainmentError` where /proc or the call is missing."""
    return WardenSlot("linux", bearing)


def read_stat(pid: int | str) -> tuple[Seen, int] | None:
    """What /proc says of a process, and its number of threads; None when it is gone. See proc_pid_stat(5)."""
    try:
        fd = os.open(f"/proc/{pid}/stat", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        text = os.read(fd, 4096)
    except ProcessLookupError:
        return None
    finally:
        os.close(fd)
    # The name stands in brackets and may itself contain brackets and spaces.
    head, _, tail = text.rpartition(b")")
    number, _, name = head.partition(b" (")
    fields = tail.split()
    threads = int(fields[17])
    # The first thread of a process may end before the others: it shows as Z, yet the process lives.
    zombie = fields[0] in b"ZX" and threads <= 1
    seen = Seen(
        pid=int(number),
        start=int(fields[19]),
        parent=int(fields[1]),
        group=int(fields[2]),
        session=int(fields[3]),
        zombie=zombie,
        name=name.decode(errors="replace"),
    )
    return seen, threads


def all_processes() -> list[Seen]:
    """Every process that /proc shows."""
    found = (read_stat(entry) for entry in os.listdir("/proc") if entry.isdigit())
    return [stat[0] for stat in found if stat is not None]


def bearing(token: str, main: int | None) -> list[Seen]:
    """What is alive of a task that has lost its warden: what has the token in its environment or is in the session.

    ``main`` is the pid of the task's first process, and so the number of its session.
    """
    mark = f"{TOKEN_VARIABLE}={token}".encode()
    alive = [process for process in all_processes() if not process.zombie]
    found = {p.pid: p for p in alive if p.session == main or _bears(p.pid, mark)}
    return list(with_descendants(found, alive).values())


def with_descendants(found: dict[int, Seen], everyone: list[Seen]) -> dict[int, Seen]:
    """Those found, and whatever descends from them."""
    while more := {p.pid: p for p in everyone if p.parent in found and p.pid not in found}:
        found |= more
    return found


def _bears(pid: int, mark: bytes) -> bool:
    try:
        with open(f"/proc/{pid}/environ", "rb") as environ:
            return mark in environ.read().split(b"\0")
    except OSError:
        return False


class SubreaperTree:
    """The processes below the warden."""

    def __init__(self) -> None:
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
            reason = os.strerror(ctypes.get_errno())
            raise ContainmentError(
                f"The warden cannot become a child subreaper ({reason}): Linux 3.4 or newer is needed."
            )
        self._root = os.getpid()
        try:
            mounted = int(os.readlink("/proc/self"))
        except OSError:
            mounted = None
        if mounted != self._root:
            raise ContainmentError("The warden needs /proc to be mounted, for its own PID namespace.")
        # Kernels built without CONFIG_PROC_CHILDREN lack this file.
        self._has_children_files = os.path.exists(f"/proc/self/task/{self._root}/children")

    def prepare(self, token: str) -> None:
        """Nothing: every descendant comes back by itself."""

    def started(self, pid: int) -> None:
        """Nothing: what hangs below the warden is the task's."""

    def empty(self, childless: bool) -> bool:
        """No child, no descendant: an orphan would have become a child."""
        return childless

    def census(self, most: int | None = None) -> list[Seen]:
        """Every process below the warden, parents before their children."""
        if not self._has_children_files:
            return self._by_parent()
        found: dict[int, Seen] = {}
        todo = self._children(self._root, 1)
        for pid in todo:  # Grows while it is walked.
            if pid in found or (stat := read_stat(pid)) is None:
                continue
            found[pid], threads = stat
            if most is not None and len(found) >= most:
                break
            if not found[pid].zombie:
                todo += self._children(pid, threads)
        return list(found.values())

    def _children(self, pid: int, threads: int) -> list[int]:
        """See proc_pid_task_tid_children(5): a child belongs to the thread that made it."""
        children: list[int] = []
        try:
            tids = [str(pid)] if threads == 1 else os.listdir(f"/proc/{pid}/task")
        except OSError:
            return []
        for tid in tids:
            try:
                fd = os.open(f"/proc/{pid}/task/{tid}/children", os.O_RDONLY | os.O_CLOEXEC)
            except OSError:
                continue
            try:
                # One read gives whole numbers only as far as the kernel's page goes: read until there is no more.
                text = b""
                while part := os.read(fd, 1 << 16):
                    text += part
            except OSError:
                continue
            finally:
                os.close(fd)
            children += map(int, text.split())
        return children

    def _by_parent(self) -> list[Seen]:
        everyone = all_processes()
        return list(with_descendants({p.pid: p for p in everyone if p.parent == self._root}, everyone).values())


make_tree = SubreaperTree
