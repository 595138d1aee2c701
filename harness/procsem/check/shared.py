"""Remove the semaphores and the shared memory that a program created and left behind.

Only what the recorder saw one of the program's processes create is removed, by its name: other programs use the same
place. On Windows the system removes them with their last handle.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable

from procsem.check.evidence import Process


def remove(processes: Iterable[Process]) -> None:
    """Remove what these processes created and what still exists."""
    for process in processes:
        for event in process.of("made"):
            name = event.get("name")
            if isinstance(name, str) and name.startswith("/"):
                unlink = _unlink_memory if event["what"] == "SharedMemory" else _unlink_semaphore
                with contextlib.suppress(OSError):
                    unlink(name)


def _unlink_semaphore(name: str) -> None:
    _function("_multiprocessing", "sem_unlink")(name)


def _unlink_memory(name: str) -> None:
    _function("_posixshmem", "shm_unlink")(name)


def _function(module: str, name: str) -> Callable[[str], object]:
    """Return a function of the modules on which multiprocessing is built, or one that does nothing."""
    with contextlib.suppress(ImportError, AttributeError):
        found: Callable[[str], object] = getattr(__import__(module), name)
        return found
    return lambda _: None
