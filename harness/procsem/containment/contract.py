"""The contract's values: what is asked of a containment, and how a task ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, Self

from procsem.errors import ProcsemError

TOKEN_VARIABLE = "PROCSEM_TOKEN"
"""The environment variable in which every process of a task finds its task's token."""

MAX_EVENTS = 1000
"""Of a tree that multiplies, no more events than these are kept."""

PATIENCE = 10.0
"""Seconds after which a tree that is being killed and is still there is given up, with an error."""


class ContainmentError(ProcsemError):
    """The containment itself failed: the mechanism is missing, or the supervisor was lost."""


class Status(StrEnum):
    """How a task's main process came to its end."""

    EXITED = "exited"
    SIGNALLED = "signalled"
    """It was ended by a signal that the containment did not send."""
    TIMED_OUT = "timed out"
    PROCESS_LIMIT = "overran"
    """Its tree grew past the max_processes."""
    CANCELLED = "cancelled"
    NOT_STARTED = "not started"
    """The command could not be executed; ``reason`` says why."""
    LOST = "lost"
    """The tree was ended, but how its main process ended is not known."""


@dataclass(frozen=True)
class Task:
    """A command to run in a tree of its own. Its standard input is the null device."""

    argv: Sequence[str]
    cwd: str
    env: Mapping[str, str]
    """The whole environment; the containment adds :data:`TOKEN_VARIABLE` and nothing else."""
    token: str
    """A word of at most 16 letters and digits that no other task bears."""
    timeout: float = 60.0
    """Seconds until the tree is ended."""
    max_processes: int = 500
    """The most processes that the tree may have at once."""
    output_limit: int = 64 * 1024
    """Bytes of output that are kept, half from its start and half from its end; the rest is drained."""
    grace_period: float = 2.0
    """Seconds that descendants may take to end by themselves after the main process has."""


SUPERVISOR = "supervisor"
"""The value of :attr:`ProcessEvent.other` for the containment's own process."""


class ProcessEventKind(StrEnum):
    """What can happen to a process of a task."""

    STARTED = "started"
    ADOPTED = "adopted"
    """Its parent ended, and another process became its parent."""
    ENDED = "ended"
    REAPED = "reaped"


@dataclass(frozen=True)
class ProcessEvent:
    """Something that the containment saw happen to a process of the tree.

    The end of the main process, and of every process that the containment adopted, is waited for; the
    rest is seen by looking from time to time: what comes and goes between two looks is not seen.
    """

    at: float
    """Seconds since the task was started."""
    pid: int
    name: str
    """The process's command name, as far as it is known."""
    kind: ProcessEventKind
    other: int | str | None = None
    """The process that started, adopted, ended or reaped it: a pid or :data:`SUPERVISOR`; None if not known."""
    detail: str = ""
    """Free text, for example how the process ended."""


@dataclass(frozen=True)
class LeakedProcess:
    """A process that outlived its task, and was then ended."""

    pid: int
    name: str
    zombie: bool = False


@dataclass(frozen=True)
class Ending:
    """How a task ended."""

    status: Status
    code: int | None
    """The exit code of an exited main process, the signal's number of a signalled one, else None.

    Windows has no signals: what crashes there has exited, with an NTSTATUS like 0xC0000005 for its code, unsigned.
    """
    seconds: float
    cpu_seconds: float | None
    """User and system time of the whole tree as far as it was reaped, or None where that is not known."""
    output: bytes
    """What the tree wrote to standard output and error, in the order in which it came."""
    output_dropped: int = 0
    """Bytes of output that were drained and not kept."""
    peak: int = 1
    """The most processes seen at once."""
    leaked: tuple[LeakedProcess, ...] = ()
    events: tuple[ProcessEvent, ...] = ()
    reason: str = ""
    """In a phrase, for every status but ``exited`` and ``signalled``."""


class Sandbox(Protocol):
    """Where one task after another runs."""

    def run(self, task: Task) -> Ending:
        """Run the task and return when nothing of its tree is left.

        Raises :class:`ContainmentError` when that cannot be made sure of.
        """

    def cancel(self) -> None:
        """End the running task, if any; it and every later one end as ``cancelled``. Any thread may call this."""

    def close(self) -> None:
        """Give back the sandbox's own processes. While another thread is in :meth:`run`, :meth:`cancel` comes first."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *exc: object) -> None: ...


@dataclass
class OutputKeeper:
    """Keeps the first and the last part of a stream, and counts what fell between."""

    limit: int
    head: bytearray = field(default_factory=bytearray)
    tail: bytearray = field(default_factory=bytearray)
    dropped: int = 0

    def feed(self, data: bytes) -> None:
        """Take more of the stream."""
        room = self.limit // 2 - len(self.head)
        if room > 0:
            self.head += data[:room]
            data = data[room:]
        self.tail += data
        if (over := len(self.tail) - (self.limit - self.limit // 2)) > 0:
            del self.tail[:over]
            self.dropped += over

    def kept(self) -> bytes:
        """What was kept, with a line in the gap that says how much is missing."""
        if not self.dropped:
            return bytes(self.head + self.tail)
        gap = f"\n... {self.dropped} bytes of output left out ...\n".encode()
        return bytes(self.head) + gap + bytes(self.tail)
