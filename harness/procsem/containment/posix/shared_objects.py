"""Remove the semaphores and the shared memory that a killed tree leaves behind."""

from __future__ import annotations

import contextlib
import os
import re
import sys
from collections.abc import Collection

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


def shared_objects(processes: Collection[ProcessInfo]) -> set[int]:
    """Return the inodes of the semaphores and the shared memory that these processes have mapped.

    The set is empty for a large tree, and on systems other than Linux.
    """
    if sys.platform != "linux" or len(processes) > _LARGEST_TREE:
        return set()
    return {inode for process in processes for inode in _mapped_by(str(process.pid))}


def _mapped_by(pid: str) -> set[int]:
    with contextlib.suppress(OSError), open(f"/proc/{pid}/maps", "rb") as maps:
        return set(map(int, _MAPPED.findall(maps.read())))
    return set()


def named_shared() -> dict[int, str]:
    """Return the paths of all semaphores and shared memory of multiprocessing on this system, by inode."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError), os.scandir(_SHARED_FOLDER) as entries:
            return {entry.inode(): entry.path for entry in entries if entry.name.startswith(_OF_MULTIPROCESSING)}
    return {}


def remove_shared(inodes: Collection[int], older: Collection[int]) -> None:
    """Remove multiprocessing's semaphores and shared memory that a killed tree had mapped.

    Its resource tracker removes them at the end of a program, but not if it is killed with the program. Those that are
    ``older`` than the tree, or that another process has mapped, stay.
    """
    left = {inode: path for inode, path in named_shared().items() if inode in inodes and inode not in older}
    if not left:
        return
    used = {inode for pid in os.listdir("/proc") if pid.isdigit() for inode in _mapped_by(pid)}
    for inode, path in left.items():
        if inode not in used:
            with contextlib.suppress(OSError):  # it is removed already, or it belongs to another user
                os.unlink(path)
