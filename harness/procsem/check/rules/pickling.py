"""Causes in what is sent from process to process."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from procsem.check.case import Case
from procsem.check.evidence import Event, Place, Process, Run
from procsem.check.rules.registry import Cause, Sighting, rule, sighting

UNPICKLABLE_TARGET = Cause(
    "unpicklable-target",
    explanation="The target is sent to the child with pickle, and pickle cannot send {what}.",
    fix="Move the function to module level; functools.partial gives it its values.",
    claims=(
        "start-methods/lambda-or-local-function-as-target",
        "pickling/lambda-as-task",
        "pickling/function-hidden-by-decorator",
    ),
    general_explanation="The function is sent to the child with pickle, by its name. pickle cannot send a lambda, a "
    "function that is defined inside another one, or a function whose name leads to something else (a decorator).",
    look_for="the function that the process or the task runs: a lambda, a local function, or a decorated one",
)

UNPICKLABLE_ARGUMENT = Cause(
    "unpicklable-argument",
    explanation="What the child gets is sent with pickle, and pickle cannot send {path}: it is {what}.",
    fix="Send what the child needs to make it itself (a path, an address, plain values), and make it in the child.",
    claims=(
        "start-methods/bound-method-needs-picklable-object",
        "pickling/argument-with-a-lock",
        "state/mock-as-argument",
    ),
    general_explanation="What the child gets is sent with pickle, and pickle cannot send a part of it: for example a "
    "lock, an open file, a socket, a generator, a database connection or a mock.",
    look_for="the arguments, and for a bound method everything that its object holds",
)

PRIMITIVE_OUTSIDE_INHERITANCE = Cause(
    "primitive-outside-inheritance",
    explanation="{what} is passed to a task of a pool. Such an object may be passed only when a process is started, "
    "not by a queue or a pipe to one that already runs.",
    general_explanation="A Lock, a Queue or another primitive of multiprocessing is an argument of a pool's task. It "
    "may be passed only when a process is started, not by a queue or a pipe to one that already runs.",
    general_fix="Pass it by Pool(initializer=..., initargs=...) and keep it in a global variable, or use the primitive "
    "of a Manager, such as Manager().Queue().",
    fix="Pass it by Pool(initializer=..., initargs=...) and keep it in a global variable, or use Manager().{short}().",
    claims=("pickling/primitive-in-a-task",),
)


def _is_target(path: str) -> bool:
    return path in ("target", "fn") or path.startswith(("target.func", "fn.func", "fn.args[0]"))


def _is_primitive(event: Event) -> bool:
    return "through inheritance" in event["exception"]["text"] and event["exception"]["type"] == "RuntimeError"


@rule(UNPICKLABLE_TARGET)
def unpicklable_target(run: Run, case: Case) -> Iterable[Sighting]:
    for process, event in _failures(run):
        path = str(event["path"])
        if _is_target(path):
            yield from _found(run, process, event)


@rule(UNPICKLABLE_ARGUMENT)
def unpicklable_argument(run: Run, case: Case) -> Iterable[Sighting]:
    for process, event in _failures(run):
        path = str(event["path"])
        if not _is_target(path):
            yield from _found(run, process, event)


@rule(PRIMITIVE_OUTSIDE_INHERITANCE)
def primitive_outside_inheritance(run: Run, case: Case) -> Iterable[Sighting]:
    for process, event in run.events("pickle failed"):
        if _is_primitive(event) and event.get("n") is None and _mattered(run, event):
            short = event["culprit"]["name"].rpartition(".")[2]
            yield from sighting(
                run,
                _origin(process, event),
                values={"what": f"A {event['culprit']['module']}.{event['culprit']['name']}", "short": short},
                evidence=_shown(event),
            )


def _failures(run: Run) -> Iterator[tuple[Process, Event]]:
    """Yield the failed pickles of starts and tasks that the program did not handle."""
    for process, event in run.events("pickle failed"):
        sending = event.get("n") is not None or event.get("task") is not None or _is_dropped(event)
        if sending and not _is_primitive(event) and _mattered(run, event):
            yield process, event


def _found(run: Run, process: Process, event: Event) -> Iterable[Sighting]:
    values = {"what": _culprit(event["culprit"]), "path": str(event["path"]) or "it"}
    return sighting(run, _origin(process, event), values=values, evidence=_shown(event))


def _mattered(run: Run, event: Event) -> bool:
    """Return whether the error ended a process, a thread or a task; an error that the program handled did not."""
    if _is_dropped(event):
        return True
    wanted = event["exception"]["id"]
    for _, other in run.events("exit", "child raised", "thread raised", "stacks"):
        if _contains(other.get("exception") or other.get("uncaught"), wanted):
            return True
    return False


def _is_dropped(event: Event) -> bool:
    """Return whether the thread of a queue dropped the object: it prints the error and goes on."""
    return bool(event["stage"] == ["queues.py", "_feed"] and event["value"] != "_CallItem")


def _contains(exception: Any, wanted: int) -> bool:
    while exception:
        if exception.get("id") == wanted:
            return True
        exception = exception.get("cause")
    return False


def _origin(process: Process, event: Event) -> tuple[Place, ...]:
    """Return from where the value comes: the call of start(), or the call that gave out the task."""
    if event.get("task") is not None and event.get("n") is None:
        given = [task for task in process.of("task") if task.get("job") == event["task"] and task.t <= event.t]
        if given:
            return given[-1].at
    return event.at


def _culprit(culprit: dict[str, str]) -> str:
    name = culprit["name"]
    if name.endswith("<lambda>"):
        return "a lambda"
    if "<locals>" in name:
        return f"{name.rpartition('.')[2]}, which is defined inside a function"
    return f"a {culprit['module']}.{name}" if culprit["module"] not in (None, "builtins") else f"a {name}"


def _shown(event: Event) -> dict[str, Any]:
    exception = event["exception"]
    return {"path": event["path"], "culprit": event["culprit"], "error": f"{exception['type']}: {exception['text']}"}
