"""The timeline of a process tree: one lane per process, and step by step what happened, in plain words.

Steps are in the order in which they were seen, even if they are close together; each has its real time. The timeline
claims nothing that was not seen: a process is called a zombie or adopted only if the probe or the containment saw it,
never because of the order of other events. For example, the end of a parent is often seen before the end of a child
that ended earlier.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import astuple, define, evolve, field, frozen

from procsem.model import SUPERVISOR, Event, EventKind

ABSENT, RUNNING, ORPHAN, STOPPED, ZOMBIE, ENDED = ".roszx"
"""The states of a lane. ``ENDED`` is a process that has ended, of which nothing more is known."""

MOST_STEPS = 150
MOST_LANES = 16

_AT_ONCE = 0.005
"""Seconds between the events of an end and of a reaping that the probe found at the same time."""
_SUPERVISOR = "the supervisor"
_ABOUT = {
    "probe": "the script that observes",
    "outside": "init or its replacement",
    "stand-in": "replaces init",
    _SUPERVISOR: "part of procsem, replaces init",
}
_EXPLANATIONS = {
    "zombie": "It has ended and runs nothing, but its parent has not asked for its exit status. Until then the system "
    "keeps its entry in the process table. This entry is all that a zombie is.",
    "orphan": "Its parent has ended first, so it is an orphan. It continues to run, but it has another parent now, "
    "which has to ask for its exit status when it ends.",
    "reaped": "Its parent has asked for its exit status, and nothing is left of it. This is called reaping.",
}


@frozen
class Lane:
    """One process."""

    name: str
    pid: int | None
    about: str
    """A description of the process in a few words, if its name is not enough."""


@frozen
class Link:
    """A relation of two processes in a step: their lanes by number, and ``start``, ``adopt`` or ``signal``."""

    source: int
    target: int
    kind: str


@frozen
class Step:
    """One thing that happened. ``subject`` and ``says`` together are a sentence."""

    at: float
    """Seconds since the arm began."""
    tag: str
    """``started``, ``seen``, ``signal``, ``zombie``, ``ended``, ``reaped``, ``orphan``, ``note`` or ``end``."""
    subject: str
    """The name of the process; empty for the end of the record."""
    says: str
    explanation: str
    """The meaning of such a step; given for the first step of its kind."""
    lane: int | None
    states: str
    """The state of each lane after this step, one letter each."""
    links: tuple[Link, ...] = ()


@frozen
class Timeline:
    """Lanes and steps, ready to be drawn."""

    lanes: tuple[Lane, ...]
    steps: tuple[Step, ...]
    left_out: int = 0
    """Number of steps beyond :data:`MOST_STEPS`."""


def pack_timeline(timeline: Timeline) -> dict[str, Any]:
    """Return a timeline as compact JSON data, as ``picture.js`` draws it."""
    return {
        "lanes": [list(astuple(lane)) for lane in timeline.lanes],
        "steps": [
            [
                round(step.at, 4),
                step.tag,
                step.subject,
                step.says,
                step.explanation,
                step.lane,
                step.states,
                [[link.source, link.target, link.kind] for link in step.links],
            ]
            for step in timeline.steps
        ],
        "left_out": timeline.left_out,
    }


def build_timeline(timeline: Sequence[Event], watcher: Sequence[Event] = ()) -> Timeline:
    """Return the timeline of one arm.

    The events of the watcher add which process adopted an orphan, if the probe did not see it.
    """
    return _TimelineBuilder(watcher).build(_in_order(timeline))


def _in_order(timeline: Sequence[Event]) -> list[Event]:
    """Sort events by time, but put the start of a process before the starts of its children.

    A start is recorded when the process checks in, which a child may do before its parent.
    """
    events = sorted(timeline, key=lambda event: event.at)
    starts = {event.process: event for event in reversed(events) if event.event == EventKind.STARTED}
    done: list[Event] = []
    moved: set[int] = set()

    def put(event: Event, before: float) -> None:
        if id(event) in moved:
            return
        moved.add(id(event))
        if event.event == EventKind.STARTED and (parent := starts.get(_name(event.other) or "")) is not None:
            put(parent, event.at)
        done.append(evolve(event, at=min(event.at, before)))

    for event in events:
        put(event, event.at)
    return done


def _name(other: str | int | None) -> str | None:
    """Return the name of the other process of a probe's event."""
    return None if other is None else str(other)


def describe(event: Event) -> str:
    """Return an event of the containment in words, without the process that it is about."""
    by = ""
    if event.other is not None:
        by = f" by {_SUPERVISOR}" if event.other == SUPERVISOR else f" by process {event.other}"
    return f"{event.event}{by}" + (f", {event.detail}" if event.detail else "")


@define
class _Process:
    name: str
    pid: int | None = None
    parent: int | None = None
    state: str = ABSENT
    adoption_shown: bool = False


@define
class _TimelineBuilder:
    watcher: Sequence[Event]
    processes: list[_Process] = field(factory=list)
    steps: list[Step] = field(factory=list)
    explained: set[str] = field(factory=set)

    def build(self, events: Sequence[Event]) -> Timeline:
        seen_by_probe = {event.pid for event in events if event.event == EventKind.REPARENTED}
        index = 0
        while index < len(events):
            event = events[index]
            following = events[index + 1] if index + 1 < len(events) else None
            index += self._event(event, following)
            if event.event in (EventKind.ENDED, EventKind.STATE) and self._is_over(event):
                self._adoptions(event, seen_by_probe)
        self._close(events)
        return self._timeline()

    # ------------------------------------------------------------------ processes

    def _find(self, name: str, pid: int | None = None) -> int:
        """Return the number of a process, which is added if it is not known."""
        for number in reversed(range(len(self.processes))):
            known = self.processes[number]
            if known.name == name and (pid is None or known.pid in (None, pid)):
                known.pid = known.pid or pid
                return number
        self.processes.append(_Process(name, pid))
        return len(self.processes) - 1

    def _mentioned(self, name: str) -> int:
        """Return the number of a process that an event of another process names.

        The process exists, even if its own start was not seen.
        """
        number = self._find(name)
        if self.processes[number].state == ABSENT and not self._has_ended(number):
            self.processes[number].state = RUNNING
        return number

    def _has_ended(self, number: int) -> bool:
        return any(step.lane == number and step.tag in ("ended", "reaped", "zombie") for step in self.steps)

    def _is_over(self, event: Event) -> bool:
        return self.processes[self._find(event.process, event.pid)].state in (ZOMBIE, ENDED, ABSENT)

    # ------------------------------------------------------------------ steps

    def _event(self, event: Event, following: Event | None) -> int:
        """Add the step of an event, and return the number of events in it: 2 if the following one belongs to it."""
        if not isinstance(event.event, EventKind):
            self._note(event)
            return 1
        number = self._find(event.process, event.pid)
        process = self.processes[number]
        same = following is not None and (following.process, following.pid) == (event.process, event.pid)
        if event.event in (EventKind.STARTED, EventKind.SEEN):
            self._begins(event, number)
        elif event.event in (EventKind.REPARENTED, EventKind.ADOPTED):
            self._reparented(event, number)
        elif event.event == EventKind.SIGNALLED:
            by = "" if event.other is None else f" by {event.other}"
            known = [n for n, p in enumerate(self.processes) if p.name == event.other]
            links = tuple(Link(n, number, "signal") for n in known[-1:])
            self._step(event, "signal", number, f" is sent a signal{by}: {event.detail}.", links)
        elif event.event == EventKind.STATE and event.detail == "zombie":
            whose = f" of {self.processes[process.parent].name}" if process.parent is not None else ""
            process.state = ZOMBIE
            self._step(event, "zombie", number, f" has ended and is a zombie{whose}.")
            return 2 if same and following is not None and following.event == EventKind.ENDED else 1
        elif event.event == EventKind.STATE:
            process.state = STOPPED if event.detail == "stopped" else RUNNING
            self._step(event, "note", number, f" is {event.detail}.")
        elif event.event == EventKind.ENDED:
            return self._ended(event, number, following if same else None)
        elif event.event == EventKind.REAPED:
            was_zombie = process.state == ZOMBIE
            process.state = ABSENT
            self._step(event, "reaped", number, " is reaped and no longer a zombie." if was_zombie else " is reaped.")
        return 1

    def _note(self, event: Event) -> None:
        names = {process.name for process in self.processes}
        known = event.pid is not None or event.process in names or event.process == "probe"
        number = self._mentioned(event.process) if known and event.process in names | {"probe"} else None
        by = "" if event.other is None else f" by {event.other}"
        detail = f", {event.detail}" if event.detail else ""
        self._step(event, "note", number, f": {event.event}{by}{detail}.")

    def _begins(self, event: Event, number: int) -> None:
        process = self.processes[number]
        parent = _name(event.other)
        links: tuple[Link, ...] = ()
        process.state = RUNNING
        if parent is not None:
            process.parent = self._mentioned(parent)
            links = (Link(process.parent, number, "start"),)
        says = " starts" if event.event == EventKind.STARTED else " exists"
        if parent is not None:
            says += f", a child of {parent}"
            says += ", the fork server that created it" if _is_fork_server(parent) else ""
        says += f": {event.detail}." if event.detail else "."
        self._step(event, str(event.event), number, says, links)

    def _ended(self, event: Event, number: int, following: Event | None) -> int:
        process = self.processes[number]
        if following is not None and following.event == EventKind.REAPED and following.at - event.at < _AT_ONCE:
            process.state = ABSENT
            self._step(event, "reaped", number, " has ended and is already reaped.")
            return 2
        if process.state != ZOMBIE:
            process.state = ENDED
            self._step(event, "ended", number, " has ended.")
        return 1

    def _reparented(self, event: Event, number: int) -> None:
        """Add the step of a new parent that the probe has seen."""
        if event.other is not None:
            self._adopted(event.at, number, str(event.other))
        else:  # only files written before Event.other existed have a detail here: it names the new parent
            says = f" has another parent: {event.detail}." if event.detail else " has no parent any more."
            self._step(event, "note", number, says)

    def _adopted(self, at: float, number: int, by: str) -> None:
        process = self.processes[number]
        before, adopter = process.parent, self._mentioned(by)
        process.parent, process.adoption_shown = adopter, True
        reason = f", because {self.processes[before].name} has ended" if before is not None else ""
        event = Event(at, process.name, EventKind.REPARENTED, process.pid)
        links = (Link(adopter, number, "adopt"),)
        if process.state == ZOMBIE:
            self._step(event, "note", number, f", a zombie, has another parent: {by}{reason}.", links)
            return
        if process.state == RUNNING:
            process.state = ORPHAN
        self._step(event, "orphan", number, f" is adopted: its parent is now {by}{reason}.", links)

    def _adoptions(self, end: Event, seen_by_probe: set[int | None]) -> None:
        """Add the adoptions that only the watcher saw, of the children of a process that has just ended."""
        ended = self._find(end.process, end.pid)
        for number, process in enumerate(self.processes):
            if process.parent != ended or process.adoption_shown or process.pid in seen_by_probe:
                continue
            if process.state not in (RUNNING, STOPPED):
                continue
            for seen in self.watcher:
                if seen.event == EventKind.ADOPTED and seen.pid == process.pid is not None and seen.other is not None:
                    self._adopted(end.at, number, self._adopter(seen.other))
                    break

    def _adopter(self, other: str | int) -> str:
        if other == SUPERVISOR:
            return _SUPERVISOR
        return next((p.name for p in self.processes if p.pid == other), "outside")

    def _close(self, events: Sequence[Event]) -> None:
        """Add a last step that names the processes whose end is not in the record."""
        words = {ZOMBIE: "is still a zombie", STOPPED: "is still stopped"}
        recorded = {event.process for event in events if isinstance(event.event, EventKind)}
        known = [process for process in self.processes if process.name in recorded]
        # Not "still runs": a program that prints what it does is recorded without its end.
        running = [process.name for process in known if process.state in (RUNNING, ORPHAN)]
        left = [f"no end of {' or '.join(running)} was seen"] if running else []
        left += [f"{process.name} {words[process.state]}" for process in known if process.state in words]
        if left and events:
            last = Event(self.steps[-1].at, "", "end")
            self._step(last, "end", None, f"The record ends here: {', '.join(left)}.")

    def _step(self, event: Event, tag: str, lane: int | None, says: str, links: tuple[Link, ...] = ()) -> None:
        explanation = _EXPLANATIONS.get(tag, "") if tag not in self.explained else ""
        self.explained.add(tag)
        states = "".join(process.state for process in self.processes)
        self.steps.append(Step(event.at, tag, event.process, says, explanation, lane, states, links))

    # ------------------------------------------------------------------ the order of the lanes

    def _timeline(self) -> Timeline:
        order = self._tree()[:MOST_LANES]
        position: Mapping[int, int] = {number: index for index, number in enumerate(order)}
        lanes = tuple(
            Lane(p.name, p.pid, _ABOUT.get(p.name, "fork server" if _is_fork_server(p.name) else ""))
            for p in (self.processes[number] for number in order)
        )
        steps = tuple(
            evolve(
                step,
                lane=None if step.lane is None else position.get(step.lane),
                states="".join(step.states[number] if number < len(step.states) else ABSENT for number in order),
                links=tuple(
                    Link(position[link.source], position[link.target], link.kind)
                    for link in step.links
                    if link.source in position and link.target in position
                ),
            )
            for step in self.steps[:MOST_STEPS]
        )
        return Timeline(lanes, steps, max(0, len(self.steps) - MOST_STEPS))

    def _tree(self) -> list[int]:
        """Return the processes, each after its first parent; those that only adopt are first, like init."""
        first: dict[int, int] = {}
        for step in self.steps:
            for link in step.links:
                if link.kind == "start":
                    first.setdefault(link.target, link.source)
        order: list[int] = []

        def put(number: int) -> None:
            if number in order:
                return
            order.append(number)
            for child, parent in first.items():
                if parent == number:
                    put(child)

        above = [n for n, p in enumerate(self.processes) if p.name in ("outside", _SUPERVISOR)]
        probe = [n for n, p in enumerate(self.processes) if p.name == "probe"]
        roots = [n for n in range(len(self.processes)) if n not in first]
        for number in [*above, *probe, *roots, *range(len(self.processes))]:
            put(number)
        return order


def _is_fork_server(name: str) -> bool:
    """Return whether the probes call a process this: ``probe's server`` is the fork server of the probe."""
    return name.endswith("'s server")
