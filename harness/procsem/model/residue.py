"""The leaks of a probe."""

from __future__ import annotations

from enum import StrEnum

from attrs import frozen


class ResidueKind(StrEnum):
    """The kinds of things that a probe can leave behind."""

    PROCESS = "process"
    ZOMBIE = "zombie"
    FILE = "file"
    SHARED_MEMORY = "shared memory"
    SEMAPHORE = "semaphore"


@frozen
class Residue:
    """One thing that a probe left behind."""

    kind: str
    """One of :class:`ResidueKind`."""
    name: str
