"""From what was seen of a process tree to a timeline: lanes, and step by step what happened in them, in plain words.

Steps stand in the order in which things were seen, however close together; each carries its real time.
Nothing is made up: that a process was a zombie, or was adopted, is told where it was seen, by the probe
or by the containment's watcher, and never inferred from the order of events alone. A parent's end, for one, is
often seen before the end of a child that went before it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import define, evolve, field, frozen

from procsem.model import SUPERVISOR, Event, EventKind

ABSENT, RUNNING, ORPHAN, STOPPED, ZOMBIE, ENDED = ".roszx"
"""What a lane shows; ``ENDED`` is a process that runs no longer, of which no more is known."""

MOST_STEPS = 150
MOST_LANES = 16

_AT_ONCE = 0.005
"""Seconds: an end and a reaping that one look of the probe has found, one written after the other."""
_SUPERVISOR = "the supervisor"
_ABOUT = {
    "probe": "the script that looks on",
    "outside": "init, or who stands in for it",
    "stand-in": "stands in for init",
    _SUPERVISOR: "the harness: stands in for init",
}
_ASIDES = {
    "zombie": "It has ended and runs nothing; but its parent has not asked how it ended. Until somebody does, the "
    "system keeps its line in the process table. That line is all that a zombie is.",
    "orphan": "Its parent has ended before it, so it is an orphan. It goes on running; only its parent is another one "
    "now, whose duty it is to ask how it ended, one day.",
    "reaped": "Its parent has asked how it ended, and nothing is left of it. That is called reaping.",
}


@frozen
class Lane:
    """One process."""

    name: str
    pid: int | None
    about: str
    """What it is, in a few words, where the name does not say."""


@frozen
class Link:
    """What one process has to do with another at a step: lanes by number; ``start``, ``adopt`` or ``signal``."""

    source: int
    target: int
    kind: str


@frozen
class Step:
    """One thing that happened."""

    at: float
    """Seconds since the arm began."""
    tag: str
    """``started``, ``seen``, ``signal``, ``zombie``, ``ended``, ``reaped``, ``orphan``, ``note`` or ``end``."""
    says: str
    aside: str
    """An explanation, where the thing happens for the first time."""
    lane: int | None
    states: str
    """What each lane shows from here on, a letter each."""
    links: tuple[Link, ...] = ()


@frozen
class Story:
    lanes: tuple[Lane, ...]
    steps: tuple[Step, ...]
    left_out: int = 0
    """Steps past :data:`MOST_STEPS`."""


def tell(timeline: Sequence[Event], watcher: Sequence[Event] = ()) -> Story:
    """The timeline of one arm. The watcher's events add who adopted whom, where the probe did not look."""
    return _Teller(watcher).tell(_in_order(timeline))


def _in_order(timeline: Sequence[Event]) -> list[Event]:
    """By time, but a process stands before its children: each is first heard of when it checks in, late or early."""
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
    adoption_told: bool = False


@define
class _Teller:
    watcher: Sequence[Event]
    processes: list[_Process] = field(factory=list)
    steps: list[Step] = field(factory=list)
    explained: set[str] = field(factory=set)

    def tell(self, events: Sequence[Event]) -> Story:
        told_by_probe = {event.pid for event in events if event.event == EventKind.REPARENTED}
        index = 0
        while index < len(events):
            event = events[index]
            following = events[index + 1] if index + 1 < len(events) else None
            index += self._event(event, following)
            if event.event in (EventKind.ENDED, EventKind.STATE) and self._over(event):
                self._adoptions(event, told_by_probe)
        self._close(events)
        return self._story()

    # ------------------------------------------------------------------ who is who

    def _find(self, name: str, pid: int | None = None) -> int:
        """The lane of this process; it is made if there is none."""
        for number in reversed(range(len(self.processes))):
            known = self.processes[number]
            if known.name == name and (pid is None or known.pid in (None, pid)):
                known.pid = known.pid or pid
                return number
        self.processes.append(_Process(name, pid))
        return len(self.processes) - 1

    def _named(self, name: str) -> int:
        """The lane of a process that another's event names: it is there, whether or not its own start was seen."""
        number = self._find(name)
        if self.processes[number].state == ABSENT and not self._is_over(number):
            self.processes[number].state = RUNNING
        return number

    def _is_over(self, number: int) -> bool:
        return any(step.lane == number and step.tag in ("ended", "reaped", "zombie") for step in self.steps)

    def _over(self, event: Event) -> bool:
        return self.processes[self._find(event.process, event.pid)].state in (ZOMBIE, ENDED, ABSENT)

    # ------------------------------------------------------------------ what happens

    def _event(self, event: Event, following: Event | None) -> int:
        """Tell the event, together with the following one where they are one thing; returns how many were told."""
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
            self._step(event, "signal", number, f"{process.name} is sent a signal{by}: {event.detail}.", links)
        elif event.event == EventKind.STATE and event.detail == "zombie":
            whose = f" of {self.processes[process.parent].name}" if process.parent is not None else ""
            process.state = ZOMBIE
            self._step(event, "zombie", number, f"{process.name} has ended and is a zombie{whose}.")
            return 2 if same and following is not None and following.event == EventKind.ENDED else 1
        elif event.event == EventKind.STATE:
            process.state = STOPPED if event.detail == "stopped" else RUNNING
            self._step(event, "note", number, f"{process.name} is {event.detail}.")
        elif event.event == EventKind.ENDED:
            return self._ended(event, number, following if same else None)
        elif event.event == EventKind.REAPED:
            was = " a zombie no longer:" if process.state == ZOMBIE else ""
            process.state = ABSENT
            self._step(event, "reaped", number, f"{process.name} is{was} reaped.")
        return 1

    def _note(self, event: Event) -> None:
        names = {process.name for process in self.processes}
        known = event.pid is not None or event.process in names or event.process == "probe"
        number = self._named(event.process) if known and event.process in names | {"probe"} else None
        by = "" if event.other is None else f" by {event.other}"
        says = f"{event.process}: {event.event}{by}" + (f", {event.detail}" if event.detail else "")
        self._step(event, "note", number, f"{says}.")

    def _begins(self, event: Event, number: int) -> None:
        process = self.processes[number]
        parent = _name(event.other)
        links: tuple[Link, ...] = ()
        process.state = RUNNING
        if parent is not None:
            process.parent = self._named(parent)
            links = (Link(process.parent, number, "start"),)
        says = f"{process.name} {'starts' if event.event == EventKind.STARTED else 'is there'}"
        if parent is not None:
            says += f", a child of {parent}"
            says += ", the fork server that made it" if parent.endswith("'s server") else ""
        says += f": {event.detail}." if event.detail else "."
        self._step(event, str(event.event), number, says, links)

    def _ended(self, event: Event, number: int, following: Event | None) -> int:
        process = self.processes[number]
        if following is not None and following.event == EventKind.REAPED and following.at - event.at < _AT_ONCE:
            process.state = ABSENT
            self._step(event, "reaped", number, f"{process.name} has ended and is reaped already.")
            return 2
        if process.state != ZOMBIE:
            process.state = ENDED
            self._step(event, "ended", number, f"{process.name} has ended.")
        return 1

    def _reparented(self, event: Event, number: int) -> None:
        """Describe the new parent that the probe has seen."""
        if event.other is not None:
            self._adopted(event.at, number, str(event.other))
        else:  # only files written before Event.other existed have a detail here: it names the new parent
            says = f"has another parent: {event.detail}" if event.detail else "has no parent any more"
            self._step(event, "note", number, f"{self.processes[number].name} {says}.")

    def _adopted(self, at: float, number: int, by: str) -> None:
        process = self.processes[number]
        before, adopter = process.parent, self._named(by)
        process.parent, process.adoption_told = adopter, True
        lost = f", as {self.processes[before].name} has ended" if before is not None else ""
        event = Event(at, process.name, EventKind.REPARENTED, process.pid)
        links = (Link(adopter, number, "adopt"),)
        if process.state == ZOMBIE:
            says = f"the zombie {process.name} is handed on: its parent is {by} now{lost}."
            self._step(event, "note", number, says, links)
            return
        if process.state == RUNNING:
            process.state = ORPHAN
        self._step(event, "orphan", number, f"{process.name} is adopted: its parent is {by} now{lost}.", links)

    def _adoptions(self, end: Event, told_by_probe: set[int | None]) -> None:
        """What the watcher saw of the children of a process that has just ended."""
        ended = self._find(end.process, end.pid)
        for number, process in enumerate(self.processes):
            if process.parent != ended or process.adoption_told or process.pid in told_by_probe:
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
        """Say of whom the record does not tell the end."""
        words = {ZOMBIE: "is still a zombie", ENDED: "has ended", STOPPED: "is still stopped"}
        own = {(event.process) for event in events if isinstance(event.event, EventKind)}
        left = [
            f"{process.name} {words.get(process.state, 'still runs')}"
            for process in self.processes
            if process.state in (ZOMBIE, STOPPED, RUNNING, ORPHAN) and process.name in own
        ]
        if left and events:
            last = Event(self.steps[-1].at, "", "end")
            self._step(last, "end", None, f"Here the record ends: {', '.join(left)}.")

    def _step(self, event: Event, tag: str, lane: int | None, says: str, links: tuple[Link, ...] = ()) -> None:
        aside = _ASIDES.get(tag, "") if tag not in self.explained else ""
        self.explained.add(tag)
        states = "".join(process.state for process in self.processes)
        self.steps.append(Step(event.at, tag, says, aside, lane, states, links))

    # ------------------------------------------------------------------ the lanes' order

    def _story(self) -> Story:
        order = self._tree()[:MOST_LANES]
        place: Mapping[int, int] = {number: index for index, number in enumerate(order)}
        lanes = tuple(
            Lane(p.name, p.pid, _ABOUT.get(p.name, "fork server" if p.name.endswith("'s server") else ""))
            for p in (self.processes[number] for number in order)
        )
        steps = tuple(
            Step(
                step.at,
                step.tag,
                step.says,
                step.aside,
                None if step.lane is None else place.get(step.lane),
                "".join(step.states[number] if number < len(step.states) else ABSENT for number in order),
                tuple(
                    Link(place[link.source], place[link.target], link.kind)
                    for link in step.links
                    if link.source in place and link.target in place
                ),
            )
            for step in self.steps[:MOST_STEPS]
        )
        return Story(lanes, steps, max(0, len(self.steps) - MOST_STEPS))

    def _tree(self) -> list[int]:
        """Every process after its first parent; those who only adopt come first, as init does."""
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
