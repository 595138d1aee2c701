"""Run a command in its own process tree with a timeout and a process limit, and kill whatever is left of the tree.

The contract is the same on every system:

- :func:`open_sandbox` returns a :class:`Sandbox`, which runs one task after another, each in its own process tree.
- :meth:`Sandbox.run` returns when no process of the task is left, even if processes hang, ignore SIGTERM, stop
  themselves, double-fork into another session, clear their environment, keep the output open, flood the output or
  multiply. A process that is still there (alive or a zombie) when the main process has ended and the grace period is
  over is reported as leaked.
- Any thread may call :meth:`Sandbox.cancel`; the running task then ends as ``cancelled``.
- If the process that opened the sandbox dies, in whatever way, its process trees die too.

Each platform has one mechanism: :mod:`posix.linux`, :mod:`posix.generic` (macOS, BSD) and :mod:`windows.sandbox`.
:data:`LIMITS` lists what each mechanism cannot do.
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
    Progress,
    Sandbox,
    Status,
    Task,
)
from procsem.containment.limits import LIMITS

__all__ = [
    "LIMITS",
    "SUPERVISOR",
    "ContainmentError",
    "Ending",
    "LeakedProcess",
    "Mechanism",
    "ProcessEvent",
    "ProcessEventKind",
    "Progress",
    "Sandbox",
    "Status",
    "Task",
    "mechanism",
    "open_sandbox",
]


class Mechanism(Protocol):
    """The interface of the module that contains processes on one platform."""

    __name__: str
    NAME: str
    """Its key in :data:`LIMITS`."""

    def open_sandbox(self) -> Sandbox: ...


def mechanism() -> Mechanism:
    """Return the mechanism of this system."""
    if sys.platform == "win32":
        from procsem.containment.windows import sandbox

        return sandbox
    if sys.platform == "linux":
        from procsem.containment.posix import linux

        return linux
    from procsem.containment.posix import generic

    return generic


def open_sandbox() -> Sandbox:
    """Return a sandbox of this system. Raises :class:`ContainmentError` if the mechanism does not work here."""
    return mechanism().open_sandbox()
