"""What bounds a probe's whole process tree: a deadline, a census, a ceiling, an end.

The contract, the same on every system:

- :func:`open_slot` gives a :class:`Slot`, in which one task after another runs, each in a process
  tree of its own.
- :meth:`Slot.run` returns when nothing of the task's tree is left, whatever the tree did: hung,
  ignored SIGTERM, stopped itself, double-forked into another session, cleared its environment,
  held the output open, flooded it, multiplied. What was alive or unreaped when the task's main
  process had ended, and stayed past a short grace, is reported as a survivor.
- :meth:`Slot.cancel` may be called from any thread; the running task ends as ``cancelled``.
- When the process that opened the slot dies, by whatever end, its trees die with it.

One module a mechanism: :mod:`linux`, :mod:`posix` (macOS, BSD) and :mod:`windows`. What each cannot
do stands in its ``LIMITS``.
"""

from __future__ import annotations

import sys
from typing import Protocol

from harness.containment.contract import ContainmentError, Ending, Sighting, Slot, Status, Survivor, Task

__all__ = [
    "ContainmentError",
    "Ending",
    "Mechanism",
    "Sighting",
    "Slot",
    "Status",
    "Survivor",
    "Task",
    "mechanism",
    "open_slot",
]


class Mechanism(Protocol):
    """What each platform's module offers."""

    NAME: str
    LIMITS: tuple[str, ...]
    """What this mechanism cannot contain, each in one sentence."""

    def open_slot(self) -> Slot: ...


def mechanism() -> Mechanism:
    """The mechanism of this system."""
    if sys.platform == "win32":
        from harness.containment import windows

        return windows
    if sys.platform == "linux":
        from harness.containment import linux

        return linux
    from harness.containment import posix

    return posix


def open_slot() -> Slot:
    """A slot of this system's mechanism. Raises :class:`ContainmentError` when it cannot be had."""
    return mechanism().open_slot()
