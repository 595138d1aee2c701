"""Leaks of a task besides processes: files in its folder, and shared objects whose name has its token.

Shared places also hold things of other programs, so only names with the task's token are found and removed there. Linux
shows POSIX shared memory and semaphores as files in ``/dev/shm``. macOS and Windows do not list them, so they are not
found there (on Windows they end with the last handle, and so with the tree).
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from procsem.model import ResidueKind

_SHARED_FOLDER = "/dev/shm"

_SHORTEST_TOKEN = 6
"""Characters. A shorter token may be part of an unrelated name by chance."""


@dataclass(frozen=True)
class Leak:
    """One thing that was left behind."""

    kind: ResidueKind
    name: str
    """The name of a file in the task's folder, of a shared memory segment or of a semaphore."""
    path: str


def find(token: str, folder: str | os.PathLike[str]) -> tuple[Leak, ...]:
    """Return the entries of the task's folder, and the shared objects that have its token."""
    with contextlib.suppress(FileNotFoundError):  # a task may delete its own working directory
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        return (*(Leak(ResidueKind.FILE, entry.name, entry.path) for entry in entries), *_shared(token))
    return _shared(token)


def remove(leaks: Iterable[Leak]) -> None:
    """Remove the leaks, as far as possible."""
    for leak in leaks:
        if Path(leak.path).is_dir() and not Path(leak.path).is_symlink():
            shutil.rmtree(leak.path, ignore_errors=True)
        else:
            with contextlib.suppress(OSError):
                Path(leak.path).unlink()


def _shared(token: str) -> tuple[Leak, ...]:
    if len(token) < _SHORTEST_TOKEN:
        raise ValueError(f"the token {token!r} is too short to identify the things of a task")
    if sys.platform != "linux":
        return ()
    with contextlib.suppress(OSError):
        names = sorted(name for name in os.listdir(_SHARED_FOLDER) if token in name)
        return tuple(Leak(_kind(name), name, f"{_SHARED_FOLDER}/{name}") for name in names)
    return ()


def _kind(name: str) -> ResidueKind:
    return ResidueKind.SEMAPHORE if name.startswith("sem.") else ResidueKind.SHARED_MEMORY
