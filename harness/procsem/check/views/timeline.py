"""The processes of a recorded run over time: who started whom, when, and how each ended."""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import PurePath

from attrs import evolve

from procsem.check.case import ending
from procsem.check.evidence import Event, Place, Process, Run
from procsem.model import Event as Seen
from procsem.model import EventKind
from procsem.views.html.matrix.timeline import Timeline, build_timeline

_SERVER = "fork server"
_TRACKER = "resource tracker"


def timeline_of(run: Run) -> Timeline:
    """Return the timeline of a run, without the resource tracker, which has no part in what happens."""
    names = _names(run)
    begun = run.processes[0].start if run.processes else 0.0
    events = sorted(_events(run, names), key=lambda event: event.at)
    timeline = build_timeline([evolve(event, at=event.at - begun) for event in events])
    ends = {
        names[process.key]: end for process in run.processes if process.key in names and (end := _end(run, process))
    }
    steps = (
        evolve(step, says=f" has ended: {ends[step.subject]}.")
        if step.tag in ("ended", "reaped") and step.says.startswith(" has ended") and step.subject in ends
        else step
        for step in timeline.steps
    )
    return evolve(timeline, steps=tuple(steps))


def _names(run: Run) -> dict[str, str]:
    """Return a name for each process by key: what multiprocessing calls it, or its program."""
    found = {}
    for number, process in enumerate(run.processes):
        start = run.start_of(process)
        if process.role == _TRACKER:
            continue
        if number == 0:
            found[process.key] = "program"
        elif process.role == _SERVER:
            found[process.key] = _SERVER
        elif start is not None:
            found[process.key] = str(start[1]["name"] or "child")
        elif process.role == "program":
            found[process.key] = _command(process)
        else:
            found[process.key] = "fork"
    shared = {name for name, times in Counter(found.values()).items() if times > 1}
    pids = {process.key: process.pid for process in run.processes}
    unique = {key: f"{name} {pids[key]}" if name in shared else name for key, name in found.items()}
    # exec() begins a new record of a process with the same pid.
    again = {name for name, times in Counter(unique.values()).items() if times > 1}
    return {key: f"{name}, {key}" if name in again else name for key, name in unique.items()}


def _command(process: Process) -> str:
    words = [str(word) for word in process.info["argv"] or ()]
    script = next((word for word in words[1:] if not word.startswith("-")), words[0] if words else "program")
    return PurePath(script).name[:30] or "program"


def _events(run: Run, names: dict[str, str]) -> Iterator[Seen]:
    for process in run.processes:
        name = names.get(process.key)
        if name is None:
            continue
        parent = run.parents[process.key]
        other = names.get(parent.key) if parent is not None and process is not run.main else None
        yield Seen(process.start, name, EventKind.STARTED, process.pid, _started(run, process), other)
        if (at := _ended_at(run, process)) is not None:
            yield Seen(at, name, EventKind.ENDED, process.pid)
    for sender, event in run.events("kill"):
        target = run.process(event["pid"], event.t) if event["pid"] and not event["group"] else None
        if target is not None and event["signal"] and target.key in names:
            sent = f"{_signal(event['signal'])}{_at(run, event.at)}"
            yield Seen(event.t, names[target.key], EventKind.SIGNALLED, target.pid, sent, names.get(sender.key))
    for process, event in run.events("start failed"):
        if process.key in names:
            exception = event["exception"]
            text = f"start() fails with {exception['type']}{_at(run, event.at)}"
            yield Seen(event.t, names[process.key], text, process.pid)
    for stack in run.stacks():
        if run.hang is not None and stack.main and stack.process.key in names:
            yield Seen(run.hang.t, names[stack.process.key], _stands(run, stack.frames), stack.process.pid)


def _started(run: Run, process: Process) -> str:
    start = run.start_of(process)
    place = run.nearest(start[1].at if start else process.info.at)
    return f"{_file(run, place[0])}:{place[1]}" if place else ""


def _at(run: Run, at: tuple[Place, ...]) -> str:
    place = run.nearest(at)
    return f", {_file(run, place[0])}:{place[1]}" if place else ""


def _stands(run: Run, frames: tuple[Place, ...]) -> str:
    own = run.nearest(frames)
    place = f", called at {_file(run, own[0])}:{own[1]}" if own else ""
    return f"stands in {frames[0][2]}(){place}, when procsem ended the run" if frames else "does not answer"


def _file(run: Run, file: str) -> str:
    path = run.path(file)
    return str(path.relative_to(run.cwd)) if path.is_relative_to(run.cwd) else path.name


def _learned(run: Run, process: Process) -> Event | None:
    """Return the event by which another process learned that this one has ended; best the one with the exit code."""
    for kind, name in (("ended", "child"), ("reaped", "pid")):
        for _, event in run.events(kind):
            if event[name] == process.pid and event.t >= process.start:
                return event
    return None


def _ended_at(run: Run, process: Process) -> float | None:
    exited, learned = process.last("exit"), _learned(run, process)
    if exited is not None:
        return exited.t
    return learned.t if learned is not None else None


def _end(run: Run, process: Process) -> str:
    """Return how a process ended, in a few words; nothing if it is not known."""
    if process is run.main:
        return f"{ending(run)}; ended by procsem" if run.hang is not None else ending(run)
    exited, learned = process.last("exit"), _learned(run, process)
    code = learned["code"] if learned is not None and learned.kind == "ended" else None
    if code is None and exited is not None and exited["how"] == "_exit":
        code = exited["code"]
    error = exited["uncaught"] if exited is not None else None
    raised = process.last("child raised")
    error = raised["exception"] if raised is not None else error
    if code is None:
        return f"uncaught {error['type']}" if error else ("by itself" if exited is not None else "")
    if code < 0:
        return f"killed by {_signal(-code)}"
    return f"exit code {code}" + (f", uncaught {error['type']}" if error and code else "")


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
