"""What bounds a probe's whole process tree: a timeout, a census, a max_processes, an end.

The contract, the same on every system:

- :func:`open_sandbox` gives a :class:`Sandbox`, in which one task after another runs, each in a process
  tree of its own.
- :meth:`Sandbox.run` returns when nothing of the task's tree is left, whatever the tree did: hung,
  ignored SIGTERM, stopped itself, double-forked into another session, cleared its environment,
  held the output open, flooded it, multiplied. What was alive or unreaped when the task's main
  process had ended, and stayed past a short grace_period, is reported as a survivor.
- :meth:`Sandbox.cancel` may be called from any thread; the running task ends as ``cancelled``.
- When the process that opened the sandbox dies, by whatever end, its trees die with it.

One module a mechanism: :mod:`linux`, :mod:`posix` (macOS, BSD) and :mod:`windows`. What each cannot
do stands in its ``LIMITS``.
"""

from __future__ import annotations

import sys
from typing import Protocol

from procsem.containment.contract import (
    SUPERVISOR,
    ContainmentError,
    Ending,
    LeakedProcess,
    ProcessEvent,
    ProcessEventKind,
    Sandbox,
    Status,
    Task,
)

__all__ = [
    "SUPERVISOR",
    "ContainmentError",
    "Ending",
    "LeakedProcess",
    "Mechanism",
    "ProcessEvent",
    "ProcessEventKind",
    "Sandbox",
    "Status",
    "Task",
    "mechanism",
    "open_sandbox",
]


class Mechanism(Protocol):
    """What each platform's module offers."""

    __name__: str
    NAME: str
    LIMITS: tuple[str, ...]
    """What this mechanism cannot contain, each in one sentence."""

    def open_sandbox(self) -> Sandbox: ...


def mechanism() -> Mechanism:
    """The mechanism of this system."""
    if sys.platform == "win32":
        from procsem.containment.windows import sandbox

        return sandbox
    if sys.platform == "linux":
        from procsem.containment.posix import linux

        return linux
    from procsem.containment.posix import generic

    return generic


def open_sandbox() -> Sandbox:
    """A sandbox of this system's mechanism. Raises :class:`ContainmentError` when it cannot be had."""
    return mechanism().open_sandbox()
