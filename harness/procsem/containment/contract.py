"""The types of the contract: a task, its ending, and the sandbox that runs it.

These are dataclasses, not attrs classes, because the supervisor imports this module and starts without site-packages.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple, Protocol, Self

from procsem.errors import ProcsemError

TOKEN_VARIABLE = "PROCSEM_TOKEN"
"""The environment variable that holds the task's token in every process of the task."""

SUPERVISOR = "supervisor"
"""The value of :attr:`ProcessEvent.other` for the containment's own process."""

MAX_EVENTS = 1000
"""Maximum number of process events kept per task. A fork bomb would produce many more."""

KILL_TIMEOUT = 10.0
"""Seconds that a killed tree may take to disappear. After that, the sandbox raises an error."""


class ContainmentError(ProcsemError):
    """Raised when the containment itself fails: the mechanism is missing, or a process cannot be killed."""


class Status(StrEnum):
    """The ways in which a task's main process can end."""

    EXITED = "exited"
    SIGNALLED = "signalled"
    """A signal killed it that the containment did not send."""
    TIMED_OUT = "timed out"
    PROCESS_LIMIT = "overran"
    """The tree had more processes than :attr:`Task.max_processes`."""
    CANCELLED = "cancelled"
    NOT_STARTED = "not started"
    """The command could not be executed; ``reason`` says why."""
    LOST = "lost"
    """The tree is gone, but how its main process ended is not known."""


@dataclass(frozen=True)
class Progress:
    """A file that the task replaces after each step, to show that it makes progress."""

    file: str
    """The absolute path."""
    timeout: float
    """Seconds that a step may take. After that, the tree is killed as after :attr:`Task.timeout`."""


@dataclass(frozen=True)
class Task:
    """A command to run in a process tree of its own. Its standard input is the null device."""

    argv: Sequence[str]
    cwd: str
    env: Mapping[str, str]
    """The whole environment. The containment adds only :data:`TOKEN_VARIABLE`."""
    token: str
    """A unique word of at most 16 letters and digits."""
    timeout: float = 60.0
    """Seconds until the tree is killed. On POSIX each process first gets SIGURG, which faulthandler can be registered
    for; other programs ignore it."""
    progress: Progress | None = None
    max_processes: int = 500
    """Maximum number of processes that the tree may have at the same time."""
    output_limit: int = 64 * 1024
    """Bytes of output to keep, half from the start and half from the end; the rest is read and discarded."""
    grace_period: float = 2.0
    """Seconds that descendants may take to end by themselves after the main process has ended."""


class ProcessEventKind(StrEnum):
    """The kinds of events in the life of a process."""

    STARTED = "started"
    ADOPTED = "adopted"
    """Its parent ended, and another process became its parent."""
    ENDED = "ended"
    REAPED = "reaped"


@dataclass(frozen=True)
class ProcessEvent:
    """Something that happened to a process of the tree.

    The containment waits for the main process and for every process that it adopted, so their ends are exact.
    Everything else is found by comparing scans: a process that starts and ends between two scans is not seen.
    """

    at: float
    """Seconds since the task was started."""
    pid: int
    name: str
    """The process's command name, if known."""
    kind: ProcessEventKind
    other: int | str | None = None
    """The process that started, adopted, ended or reaped it: a pid or :data:`SUPERVISOR`; None if not known."""
    detail: str = ""
    """Free text, for example how the process ended."""


@dataclass(frozen=True)
class LeakedProcess:
    """A process that outlived its task and was then killed."""

    pid: int
    name: str
    zombie: bool = False


class Cut(NamedTuple):
    """The reason to kill a tree whose main process has not ended by itself."""

    status: Status
    reason: str

    @classmethod
    def cancelled(cls) -> Self:
        return cls(Status.CANCELLED, "cancelled while it ran")

    @classmethod
    def too_many_processes(cls, task: Task, seconds: float) -> Self:
        return cls(Status.PROCESS_LIMIT, f"grew past {task.max_processes} processes after {seconds:.1f} s")

    @classmethod
    def timed_out(cls, task: Task) -> Self:
        return cls(Status.TIMED_OUT, f"not done after {task.timeout:g} s")

    @classmethod
    def without_progress(cls, progress: Progress) -> Self:
        return cls(Status.TIMED_OUT, f"a step was not done after {progress.timeout:g} s")


class Deadline:
    """The time at which a running task is killed because it has hung."""

    def __init__(self, task: Task, began: float) -> None:
        """``began`` and all other times are values of ``time.monotonic()``."""
        self._task = task
        self._end = began + task.timeout
        self._step_began = began
        self._version = self._read_version()

    def update(self, now: float) -> float:
        """Check for progress, and return the time at which to kill the task."""
        if self._task.progress is None:
            return self._end
        if (version := self._read_version()) != self._version:
            self._version, self._step_began = version, now
        return min(self._end, self._step_began + self._task.progress.timeout)

    def cut(self, now: float) -> Cut:
        """Return the reason to kill the task, whose deadline is over."""
        if self._task.progress is None or now >= self._end:
            return Cut.timed_out(self._task)
        return Cut.without_progress(self._task.progress)

    def _read_version(self) -> tuple[int, int, int] | None:
        """Return what differs between two versions of the file.

        The folder is read because Windows refuses to replace a file while another process has opened it, as os.stat()
        does there.
        """
        if self._task.progress is None:
            return None
        folder, name = os.path.split(self._task.progress.file)
        with contextlib.suppress(OSError), os.scandir(folder) as entries:
            for entry in entries:
                if entry.name == name:
                    status = entry.stat(follow_symlinks=False)
                    return status.st_ino, status.st_mtime_ns, status.st_size
        return None


@dataclass(frozen=True)
class Ending:
    """The result of a task."""

    status: Status
    code: int | None
    """Exit code if the main process exited, signal number if a signal killed it, else None.

    Windows has no signals: a crashed process has exited with an NTSTATUS like 0xC0000005 (unsigned).
    """
    seconds: float
    cpu_seconds: float | None
    """User and system time of all processes that were reaped, or None if not known."""
    output: bytes
    """The standard output and standard error of the tree, in the order of arrival."""
    output_dropped: int = 0
    """Bytes of output that were discarded."""
    peak: int = 1
    """The largest number of processes seen at the same time."""
    leaked: tuple[LeakedProcess, ...] = ()
    events: tuple[ProcessEvent, ...] = ()
    reason: str = ""
    """Details of the status, in a phrase; empty for ``exited`` and ``signalled``."""

    @property
    def returncode(self) -> int | None:
        """The code as in :class:`subprocess.Popen`: negative for a signal; None for the other statuses."""
        return -self.code if self.status is Status.SIGNALLED and self.code else self.code

    @classmethod
    def not_run(cls, status: Status, reason: str, seconds: float = 0.0) -> Self:
        """Return the ending of a task of which no process was started."""
        return cls(status, None, seconds, None, b"", peak=0, reason=reason)

    @classmethod
    def cancelled_before_start(cls) -> Self:
        return cls.not_run(Status.CANCELLED, "cancelled before it was started")


class Sandbox(Protocol):
    """Runs one task after another."""

    def run(self, task: Task) -> Ending:
        """Run the task, and return when no process of its tree is left.

        Raises :class:`ContainmentError` if a process cannot be killed.
        """

    def cancel(self) -> None:
        """Kill the running task, if any; it and every later task end as ``cancelled``. Any thread may call this."""

    def close(self) -> None:
        """End the sandbox's own processes. If another thread is in :meth:`run`, call :meth:`cancel` first."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *exc: object) -> None: ...


@dataclass
class OutputKeeper:
    """The first and the last part of a stream, and the number of bytes discarded between them."""

    limit: int
    head: bytearray = field(default_factory=bytearray)
    tail: bytearray = field(default_factory=bytearray)
    dropped: int = 0

    @property
    def received(self) -> int:
        """The number of bytes of the stream so far."""
        return len(self.head) + len(self.tail) + self.dropped

    def feed(self, data: bytes) -> None:
        """Add the next bytes of the stream."""
        room = self.limit // 2 - len(self.head)
        if room > 0:
            self.head += data[:room]
            data = data[room:]
        self.tail += data
        if (over := len(self.tail) - (self.limit - self.limit // 2)) > 0:
            del self.tail[:over]
            self.dropped += over

    def kept(self) -> bytes:
        """Return the kept bytes; if bytes are missing, a line between the parts says how many."""
        if not self.dropped:
            return bytes(self.head + self.tail)
        gap = f"\n... {self.dropped} bytes of output left out ...\n".encode()
        return bytes(self.head) + gap + bytes(self.tail)
