"""Remove the semaphores and the shared memory that a killed tree leaves behind."""

from __future__ import annotations

import contextlib
import os
import re
import sys
from collections.abc import Collection, Iterator

assert sys.platform != "win32"  # mypy checks the rest of this module for this platform only

from procsem.containment.posix.snapshot import ProcessInfo

_SHARED_FOLDER = "/dev/shm"
"""The directory in which Linux keeps POSIX shared memory and semaphores."""

_MAPPED = re.compile(rb"^\S+ \S+ \S+ \S+ (\d+) +%b/" % _SHARED_FOLDER.encode(), re.MULTILINE)
"""Matches the inode in a line of proc_pid_maps(5). The inode identifies the file; the C library may have renamed it."""

_OF_MULTIPROCESSING = ("sem.mp-", "psm_")
"""The prefixes of the names that multiprocessing gives to semaphores and to shared memory."""

_LARGEST_TREE = 50
"""The size of the largest tree whose mappings are read. A larger one may be a fork bomb: it must be killed at once."""


class SharedObjects:
    """The semaphores and the shared memory of one task's tree, which are removed when the tree is killed.

    multiprocessing's resource tracker removes them at the end of a program, but not if it is killed with the program.
    Only those of multiprocessing are removed, and only on Linux. Those that another process has mapped stay.
    """

    def __init__(self) -> None:
        """Note those that exist already, which stay. Called before the task is started."""
        self._older = frozenset(_named())

    @contextlib.contextmanager
    def removed_after(self, processes: Collection[ProcessInfo]) -> Iterator[None]:
        """Remove, after a block that kills these processes, what they had mapped before it.

        Nothing is removed for a large tree.
        """
        mapped = _mapped_by(processes) - self._older
        yield
        self._remove(mapped)

    def _remove(self, mapped: Collection[int]) -> None:
        left = {inode: path for inode, path in _named().items() if inode in mapped}
        if not left:
            return
        used = {inode for pid in os.listdir("/proc") if pid.isdigit() for inode in _mappings(pid)}
        for inode, path in left.items():
            if inode not in used:
                with contextlib.suppress(OSError):  # it is removed already, or it belongs to another user
                    os.unlink(path)


def _named() -> dict[int, str]:
    """Return the paths of all semaphores and shared memory of multiprocessing on this system, by inode."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError), os.scandir(_SHARED_FOLDER) as entries:
            return {entry.inode(): entry.path for entry in entries if entry.name.startswith(_OF_MULTIPROCESSING)}
    return {}


def _mapped_by(processes: Collection[ProcessInfo]) -> set[int]:
    """Return the inodes that these processes have mapped from the folder of shared memory."""
    if sys.platform != "linux" or len(processes) > _LARGEST_TREE:
        return set()
    return {inode for process in processes for inode in _mappings(str(process.pid))}


def _mappings(pid: str) -> set[int]:
    with contextlib.suppress(OSError), open(f"/proc/{pid}/maps", "rb") as maps:
        return set(map(int, _MAPPED.findall(maps.read())))
    return set()
