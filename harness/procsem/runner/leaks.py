"""What a task left behind besides processes: files in its folder, and what bears its token in shared places.

Shared places hold other people's things, so there only a name with the task's token is named and
removed. Linux shows POSIX shared memory and semaphores as files in ``/dev/shm``; macOS and Windows
do not list them, so a segment that is left there is not seen (on Windows it ends with its last
handle, and so with the tree).
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_SHARED = "/dev/shm"

_SHORTEST = 6
"""Characters of a token: a shorter one may stand in a stranger's name by chance."""


@dataclass(frozen=True)
class Leftover:
    """One thing that was left."""

    kind: str
    """``file``, ``shared memory`` or ``semaphore``."""
    name: str
    """A file's path below the task's folder; the name of a segment or a semaphore."""
    path: str


def find(token: str, folder: str | os.PathLike[str]) -> tuple[Leftover, ...]:
    """What is in the task's folder (the topmost entries), and what bears its token elsewhere."""
    with contextlib.suppress(FileNotFoundError):  # a task may delete its own working directory
        files = [Leftover("file", entry.name, entry.path) for entry in sorted(os.scandir(folder), key=lambda e: e.name)]
        return (*files, *_shared(token))
    return _shared(token)


def remove(leftovers: Iterable[Leftover]) -> None:
    """Remove them, as far as that is possible."""
    for leftover in leftovers:
        if Path(leftover.path).is_dir() and not Path(leftover.path).is_symlink():
            shutil.rmtree(leftover.path, ignore_errors=True)
        else:
            with contextlib.suppress(OSError):
                Path(leftover.path).unlink()


def _shared(token: str) -> tuple[Leftover, ...]:
    if len(token) < _SHORTEST:
        raise ValueError(f"The token {token!r} is too short to tell a task's things from another's by.")
    if sys.platform != "linux":
        return ()
    with contextlib.suppress(OSError):
        names = sorted(name for name in os.listdir(_SHARED) if token in name)
        return tuple(
            Leftover("semaphore" if name.startswith("sem.") else "shared memory", name, f"{_SHARED}/{name}")
            for name in names
        )
    return ()
