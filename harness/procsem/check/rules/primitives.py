"""Causes in locks, semaphores, events and queues."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from procsem.check.case import Case
from procsem.check.evidence import Event, Process, Run, open_waits
from procsem.check.rules.registry import Cause, Sighting, kill_of, lines_of, rule, sighting

PRIMITIVE_DROPPED_EARLY = Cause(
    "primitive-dropped-early",
    explanation="The parent keeps no reference to {what} that it passed to this start(), so it is removed while the "
    "child is still starting: the child, which opens it by its name, finds nothing.",
    fix="Keep a reference to it in the parent until the child has ended.",
    claims=("start-methods/other-locks-work-everywhere",),
    general_explanation="The parent keeps no reference to a lock, a queue or another primitive that it passed to "
    "start(), so it is removed while the child is still starting: the child, which opens it by name, finds nothing.",
    look_for="a primitive that the parent drops after start(): made in the call itself, or local to a function",
)


@rule(PRIMITIVE_DROPPED_EARLY)
def primitive_dropped_early(run: Run, case: Case) -> Iterable[Sighting]:
    for child, event in run.events("open failed"):
        asked = run.start_of(child)
        name = event.get("name")
        if asked is None or not name or event["exception"]["type"] != "FileNotFoundError":
            continue
        parent, start = asked
        dropped = next((e for e in parent.of("dropped") if e["name"] == name and start.t < e.t < event.t), None)
        made = next((e for e in parent.of("made") if e["name"] == name), None)
        if dropped is not None and made is not None:
            yield from sighting(
                run,
                start.at,
                also=lines_of(made),
                values={"what": f"the {made['what']}"},
                evidence={"semaphore": name, "dropped after": dropped.t - start.t, "opened after": event.t - start.t},
            )


EVENT_WAITER_KILLED = Cause(
    "event-waiter-killed",
    explanation="A process was killed while it waited for this {what}. {call}() wakes every sleeper and waits until "
    "each has said that it is awake; the dead one never will.",
    fix="End such a process by setting the {what} instead of a signal, or have it wait in a loop with a timeout; do "
    "not use the {what} any more after its waiter was killed.",
    claims=(),
    general_explanation="A process was killed while it waited for an Event or a Condition. set() and notify_all() wake "
    "every sleeper and wait until each has said that it is awake; the dead one never will.",
    general_fix="End such a process by setting the Event instead of a signal, or let it wait in a loop with a timeout, "
    "and do not use the Event any more after its waiter was killed.",
    look_for="terminate(), kill() or a signal for a process that was in wait()",
)


@rule(EVENT_WAITER_KILLED)
def event_waiter_killed(run: Run, case: Case) -> Iterable[Sighting]:
    for stack in run.stacks():
        position = stack.position("synchronize.py", "notify")
        if position is None or _in_own_wait(stack.frames[position:]):
            continue
        identity = stack.fact("notify", "object")
        for killed, wait in _killed_waiters(run, identity):
            kill = kill_of(run, killed)
            is_event = stack.is_in("synchronize.py", "set")
            yield from sighting(
                run,
                stack.frames[position:],
                also=lines_of(wait, kill),
                values={"what": "Event" if is_event else "Condition", "call": "set" if is_event else "notify_all"},
                evidence={
                    "waiter": killed.pid,
                    "waited at": [list(place) for place in wait.at[:1]],
                    "killed at": [list(place) for place in kill.at[:1]] if kill else None,
                },
            )
            return


def _in_own_wait(frames: Iterable[tuple[str, int, str]]) -> bool:
    return any(function == "wait" and file.endswith("synchronize.py") for file, _, function in frames)


def _killed_waiters(run: Run, identity: object) -> Iterator[tuple[Process, Event]]:
    """Yield the processes that died while they waited for a condition, with the wait."""
    for process in run.processes:
        if run.hang is None or process.pid in run.hang.alive or process.first("exit") is not None:
            continue
        waits = open_waits(process, "Event.wait", "Condition.wait")
        if waits and (identity is None or waits[-1]["object"] == identity):
            yield process, waits[0]
