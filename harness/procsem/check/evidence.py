"""The record of one run of a program: plain frozen data, which can be stored in a file and read again.

:func:`read_events` reads the files that the recorder's processes wrote. Rules see a :class:`Run` and nothing else.
"""

from __future__ import annotations

import contextlib
import json
import math
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias

import cattrs
from attrs import field, frozen

from procsem.check.fields import is_sound
from procsem.errors import ProcsemError

Place: TypeAlias = tuple[str, int, str]
"""File, line, function."""

HELPERS = frozenset({"fork server", "resource tracker"})
"""Roles of the processes that multiprocessing starts for itself."""


class EvidenceError(ProcsemError):
    """Raised when a file of evidence cannot be read; the message is one line."""


@frozen
class Event:
    """One thing that a process recorded. ``docs`` of the kinds: recorder/README.md."""

    t: float
    """Seconds on the clock that all processes of the run share."""
    kind: str
    data: Mapping[str, Any] = field(factory=dict)

    def __getitem__(self, name: str) -> Any:
        """Return a field; None where it was not recorded."""
        return self.data.get(name)

    def get(self, name: str, default: Any = None) -> Any:
        return self.data.get(name, default)

    @property
    def at(self) -> tuple[Place, ...]:
        """The callers outside the standard library, nearest first."""
        return places(self.data.get("at"))


@frozen
class Process:
    """One process (or one program in it: exec() begins a new record) and what it recorded, in order."""

    key: str
    pid: int
    ppid: int
    role: str
    """``program``, ``forked``, ``spawned``, ``fork server`` or ``resource tracker``."""
    events: tuple[Event, ...]

    @property
    def start(self) -> float:
        """When the record begins."""
        return self.events[0].t

    @property
    def info(self) -> Event:
        """The first event: version, platform, command line."""
        return self.events[0]

    def of(self, *kinds: str) -> Iterator[Event]:
        """Yield the events of these kinds."""
        return (event for event in self.events if event.kind in kinds)

    def first(self, kind: str) -> Event | None:
        """Return the first event of a kind."""
        return next(self.of(kind), None)

    def last(self, kind: str) -> Event | None:
        """Return the last event of a kind."""
        return next((event for event in reversed(self.events) if event.kind == kind), None)


@frozen
class Wait:
    """The wait of one thread at the time of the snapshot, as the operating system shows it."""

    pid: int
    tid: int
    call: str
    """``futex``, ``read``, ``poll``, ``wait4``, ``sleep``...; ``running`` for a thread that computes."""
    endless: bool
    """True where no timeout ends the wait."""
    address: int = 0
    """Where in the memory of the process the semaphore or lock is that it waits for."""
    on: str = ""
    """The pipe, socket or file that it reads (``pipe:[4711]``), the semaphore, or the pid that it waits for."""
    holders: tuple[int, ...] = ()
    """The processes that hold the writing end of the pipe."""


@frozen
class Hang:
    """The standstill in which the harness ended the run."""

    proven: bool
    """True where every thread of every process waited for another one of them, without any timeout."""
    t: float
    """When it was looked at, on the clock of the events."""
    waits: tuple[Wait, ...] = ()
    alive: tuple[int, ...] = ()
    """The pids of all processes that had not ended, helpers and programs that are not Python included."""


@frozen
class Zombie:
    """A process that had ended and that its parent had not waited for."""

    pid: int
    parent: int
    since: float
    """When it was first seen so, on the clock of the events."""
    until: float
    """When it was last seen so."""


@frozen
class Leak:
    """A process that was there after the program's end."""

    pid: int
    name: str
    zombie: bool


@frozen
class Stack:
    """Where one thread of a process was when the run was ended."""

    process: Process
    thread: str
    main: bool
    frames: tuple[Place, ...]
    """Innermost first, the standard library's frames included."""
    facts: tuple[tuple[str, Mapping[str, Any]], ...]
    """Known values of some of the frames, by function."""

    def position(self, file: str, *functions: str) -> int | None:
        """Return the position of the innermost frame in one of these functions of a file of multiprocessing."""
        for number, (path, _, function) in enumerate(self.frames):
            if function in functions and path.replace("\\", "/").endswith("/" + file):
                return number
        return None

    def is_in(self, file: str, *functions: str) -> bool:
        """Return whether the stack has a frame of one of these functions."""
        return self.position(file, *functions) is not None

    def fact(self, function: str, name: str) -> Any:
        """Return a fact of the innermost frame of a function that has it."""
        return next((found[name] for known, found in self.facts if known == function and name in found), None)


@frozen
class Run:
    """One run of the program under one start method, with all that was recorded."""

    program: tuple[str, ...]
    cwd: str
    main_file: str | None
    """The file that runs as ``__main__``, where there is one."""
    python: str
    """The interpreter's path."""
    version: tuple[int, int, int]
    implementation: str
    platform: str
    default_method: str
    """The start method that this interpreter has by itself."""
    start_method: str
    status: str
    """The end of the program: a :class:`procsem.containment.Status`, or ``deadlock`` if it was ended because of one."""
    exit_code: int | None
    """The exit code: the signal's negative number if a signal ended the program, None if procsem ended it."""
    seconds: float
    cpu_seconds: float | None
    peak_processes: int
    output: str
    processes: tuple[Process, ...]
    hang: Hang | None = None
    pauses: tuple[Hang, ...] = ()
    """The standstill before the run went on or was ended."""
    leaks: tuple[Leak, ...] = ()
    zombies: tuple[Zombie, ...] = ()
    reason: str = ""
    recorder_errors: tuple[str, ...] = ()
    interventions: tuple[str, ...] = ()
    """The changes that were made in this run to confirm a cause."""
    sources: Mapping[str, str] = field(factory=dict)
    """The text of the program's own files that events name, by absolute path."""

    @property
    def timed_out(self) -> bool:
        """True if the harness ended the program."""
        return self.hang is not None

    @cached_property
    def main(self) -> Process | None:
        """The program's first process."""
        return self.processes[0] if self.processes else None

    @cached_property
    def parents(self) -> Mapping[str, Process | None]:
        """The process in which each process was started, by key; a child of the fork server has the one that asked."""
        found: dict[str, Process | None] = {}
        for process in self.processes:
            asked = self.start_of(process)
            found[process.key] = asked[0] if asked else self.process(process.ppid, process.start)
        return found

    def process(self, pid: int, at: float) -> Process | None:
        """Return the process that had this pid at this time."""
        alike = [each for each in self.processes if each.pid == pid and each.start <= at]
        return alike[-1] if alike else None

    def child(self, pid: int, after: float) -> Process | None:
        """Return the process with this pid that began after a time, or was the last one before it."""
        later = [each for each in self.processes if each.pid == pid and each.start >= after]
        return later[0] if later else self.process(pid, after)

    def start_of(self, process: Process) -> tuple[Process, Event] | None:
        """Return by which start() of which process a multiprocessing child came to be."""
        return self._starts.get(process.key)

    @cached_property
    def _starts(self) -> Mapping[str, tuple[Process, Event]]:
        found: dict[str, tuple[Process, Event]] = {}
        for parent in self.processes:
            begun = {event["n"]: event for event in parent.of("start")}
            for started in parent.of("started"):
                start = begun.get(started["n"])
                if start is None or started.get("child") is None:
                    continue
                child = self.child(started["child"], start.t)
                if child is not None and child.start >= start.t:
                    found[child.key] = (parent, start)
        return found

    def events(self, *kinds: str) -> Iterator[tuple[Process, Event]]:
        """Yield the events of these kinds of all processes, in the order in which they happened."""
        found = [(process, event) for process in self.processes for event in process.of(*kinds)]
        return iter(sorted(found, key=lambda pair: pair[1].t))

    def stacks(self) -> Iterator[Stack]:
        """Yield the stack of each thread when the run was ended by us."""
        if self.hang is None:
            return
        for process in self.processes:
            event = process.last("stacks")
            if event is None or event.t < self.hang.t or process.pid not in self.hang.alive:
                continue
            for thread in event["threads"]:
                facts = tuple((str(name), dict(found)) for name, found in thread["facts"] if isinstance(found, dict))
                yield Stack(process, thread["name"], thread["main"], places(thread["frames"]), facts)

    def semaphore(self, process: Process, address: int) -> tuple[str, Event] | None:
        """Return the identity of the semaphore at an address of a process, and where it was made or opened.

        The identity is its name, or ``#`` and its address where it has none: then only forks of its maker have it.
        """
        at = self.hang.t if self.hang else float("inf")
        owner: Process | None = process
        for _ in range(10):
            if owner is None:
                return None
            known = [e for e in owner.of("made", "opened") if e.get("handle") == address and e.t <= at]
            if known:
                made = known[-1]
                return str(made["name"] or f"#{address:x}"), made
            if owner.role != "forked":
                return None
            at = owner.start
            owner = self.process(owner.ppid, at)
        return None

    def wait_of(self, process: Process, thread: int | None = None) -> Wait | None:
        """Return what the main thread of a process was waiting for when the run was ended."""
        waits = self.hang.waits if self.hang else ()
        return next((wait for wait in waits if wait.pid == process.pid and wait.tid == (thread or process.pid)), None)

    def is_alive(self, pid: int) -> bool:
        """Return whether a process had not ended when the run was ended by us."""
        return self.hang is not None and pid in self.hang.alive

    @property
    def stands_still(self) -> bool:
        """True if every thread waited without a timeout when the run was ended, as far as this system shows it."""
        helpers = {process.pid for process in self.processes if process.role in HELPERS}
        return self.hang is not None and all(wait.endless for wait in self.hang.waits if wait.pid not in helpers)

    def computes(self, pid: int) -> bool:
        """Return whether a process was using a CPU when the run was ended by us."""
        waits = self.hang.waits if self.hang else ()
        return any(wait.call == "running" for wait in waits if wait.pid == pid)

    def method_of(self, child: Process) -> str:
        """Return the start method that created a multiprocessing child; nothing where it is not known."""
        asked = self.start_of(child)
        started = (e for e in asked[0].of("started") if e["n"] == asked[1]["n"]) if asked else iter(())
        return str(next((event["method"] for event in started if event["method"]), ""))

    def children(self) -> list[Process]:
        """Return the multiprocessing children."""
        return [process for process in self.processes if process.first("child") or process.role == "spawned"]

    def methods_seen(self) -> dict[str, int]:
        """Return how many children each start method really created."""
        counts: dict[str, int] = {}
        for _, event in self.events("started"):
            if event.get("method"):
                counts[event["method"]] = counts.get(event["method"], 0) + 1
        return counts

    def is_own(self, file: str) -> bool:
        """Return whether a file belongs to the checked program, and not to an installed package."""
        path = self.path(file)
        if "site-packages" in path.parts or "dist-packages" in path.parts or file.startswith("<frozen"):
            return False
        return not file.startswith("<string") and not self.is_stdlib(file)

    def is_stdlib(self, file: str) -> bool:
        """Return whether a file is part of Python's standard library."""
        stdlib = self.main.info.get("stdlib") if self.main else None
        inside = bool(stdlib) and str(self.path(file)).startswith(str(stdlib))
        return file.startswith("<frozen") or (inside and "-packages" not in file)

    def path(self, file: str) -> Path:
        """Return the absolute path of a file as a frame names it."""
        return Path(self.cwd, file)

    def source(self, file: str) -> str:
        """Return the text of one of the program's own files; empty where it is not known."""
        return self.sources.get(str(self.path(file)), "")

    def source_line(self, file: str, line: int) -> str:
        """Return one line of the program; empty where it is not known."""
        text = self.source(file).splitlines()
        return text[line - 1].strip() if 0 < line <= len(text) else ""

    def nearest(self, event_places: Iterable[Place]) -> Place | None:
        """Return the nearest place in the program's own files; in an installed package where there is no other."""
        known = [place for place in event_places if not self.is_stdlib(place[0])]
        own = next((place for place in known if self.is_own(place[0])), None)
        return own or (known[0] if known else None)


def places(value: Any) -> tuple[Place, ...]:
    """Return recorded frames as places."""
    return tuple((str(file), int(line), str(function)) for file, line, function in value or ())


def open_waits(process: Process, *what: str) -> list[Event]:
    """Return the waits of these kinds that had begun and not ended when the record ends, the outermost first."""
    found: list[Event] = []
    for event in process.of("wait", "waited"):
        if event["what"] not in what:
            continue
        if event.kind == "wait":
            found.append(event)
        else:
            subject = [event.get(name) for name in ("job", "object", "child")]
            for number in range(len(found) - 1, -1, -1):
                same = [found[number].get(name) for name in ("job", "object", "child")] == subject
                if same and found[number]["what"] == event["what"]:
                    del found[number]
                    break
    return found


def record_files(folder: Path) -> list[tuple[int, int, Path]]:
    """Return the pid, the time and the path of each record, the earliest first; other files do not count."""
    found = []
    with contextlib.suppress(OSError):  # the program may delete the folder
        for path in folder.iterdir():
            pid, _, microseconds = path.stem.partition("-")
            if path.suffix == ".jsonl" and _is_number(pid) and _is_number(microseconds) and path.is_file():
                found.append((int(pid), int(microseconds), path))
    return sorted(found, key=lambda each: each[1:])


def _is_number(word: str) -> bool:
    return word.isascii() and word.isdigit() and len(word) < 20


def read_record(path: Path) -> str:
    """Return the text of a record; empty if the program has removed it."""
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def read_events(folder: Path) -> tuple[tuple[Process, ...], tuple[str, ...]]:
    """Read what the processes of one run wrote, the earliest process first, and what the recorder itself failed at."""
    processes = []
    errors = []
    for _, _, path in record_files(folder):
        events = []
        # Linux ends the write of a process that is killed between two pages, so the last line may be cut.
        for line in read_record(path).rpartition("\n")[0].splitlines():
            try:
                events.append(_event(line))
            except (ValueError, OverflowError, RecursionError):
                errors.append(f"{path.name}: damaged line")
        if not events or events[0].kind != "process":
            continue
        first = events[0]
        processes.append(Process(path.stem, first["pid"], first["ppid"], first["role"], tuple(events)))
        errors += [_recorder_error(event) for event in events if event.kind == "recorder failed"]
    processes.sort(key=lambda process: process.start)
    return tuple(processes), tuple(errors)


def _event(line: str) -> Event:
    """Return the event of a line. Raises ValueError, OverflowError and RecursionError."""
    data = json.loads(line)
    if isinstance(data, dict):
        t, kind = data.pop("t", None), data.pop("k", None)
        if isinstance(t, int | float) and math.isfinite(t) and isinstance(kind, str) and is_sound(kind, data):
            return Event(float(t), kind, data)
    raise ValueError(line)


def _recorder_error(event: Event) -> str:
    inside = event["inside"] or [["", 0, ""]]
    exception = event["exception"]
    return f"{Path(inside[-1][0]).name}:{inside[-1][1]}: {exception['type']}: {exception['text']}"


_CONVERTER = cattrs.Converter()


def to_json(run: Run) -> str:
    """Return a run as JSON, to be kept."""
    return json.dumps(_CONVERTER.unstructure(run), ensure_ascii=True, separators=(",", ":"))


def from_json(text: str) -> Run:
    """Read a run back. Raises :class:`EvidenceError`."""
    try:
        return _CONVERTER.structure(json.loads(text), Run)
    except Exception as error:
        why = " ".join(str(error).split())
        raise EvidenceError(f"not a recorded run: {type(error).__name__}: {why}") from error
