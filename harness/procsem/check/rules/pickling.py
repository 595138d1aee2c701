"""Causes in what is sent from process to process."""

from __future__ import annotations

import ast
import contextlib
import re
from collections.abc import Iterable, Iterator
from typing import Any

from procsem.check.case import Case
from procsem.check.evidence import Event, Place, Process, Run
from procsem.check.rules.errors import frames, is_uncaught, uncaught
from procsem.check.rules.pools import waiting_for_results
from procsem.check.rules.registry import Cause, Sighting, lines_of, rule, sighting

UNPICKLABLE_TARGET = Cause(
    "unpicklable-target",
    explanation="The target is sent to the child with pickle, and pickle cannot send {what}.",
    fix="Move the function to module level; functools.partial gives it its values.",
    claims=(
        "start-methods/lambda-or-local-function-as-target",
        "pickling/lambda-as-task",
    ),
    general_explanation="The function is sent to the child with pickle, by its name. pickle cannot send a lambda or a "
    "function that is defined inside another one, such as the wrapper of a decorator without functools.wraps.",
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
    general_fix="Pass it by Pool(initializer=..., initargs=...) and keep it in a global variable, or use the "
    "primitive of a Manager, such as Manager().Queue().",
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
        if _is_hidden(event) or "SemLock created in a fork context" in event["exception"]["text"]:
            continue
        if run.start_of(process) and event.get("n") is None:
            continue  # a result
        sending = event.get("n") is not None or event.get("task") is not None or _is_dropped(event)
        if sending and not _is_primitive(event) and _mattered(run, event):
            yield process, event


def _found(run: Run, process: Process, event: Event) -> Iterable[Sighting]:
    values = {"what": _culprit(event["culprit"]), "path": str(event["path"]) or "it"}
    return sighting(run, _origin(process, event), values=values, evidence=_shown(event))


def _mattered(run: Run, event: Event) -> bool:
    """Return whether the error ended a process, a thread or a task; an error that the program handled did not."""
    return _is_dropped(event) or is_uncaught(run, event["exception"])


def _is_dropped(event: Event) -> bool:
    """Return whether the thread of a queue dropped the object: it prints the error and goes on."""
    return bool(event["stage"] == ["queues.py", "_feed"] and event["value"] != "_CallItem")


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


UNPICKLABLE_RESULT = Cause(
    "unpicklable-result",
    explanation="What this task returns is sent back with pickle, and pickle cannot send {what}.",
    fix="Return plain values, and build the object from them in the parent.",
    claims=("pickling/result-not-pickled",),
    general_explanation="The result of a task is sent back with pickle, and pickle cannot send it. The task has run, "
    "but the caller gets an error in place of the result.",
    general_fix="Return plain data, from which the caller makes the object.",
    look_for="what the task returns: a lambda, a generator, an open file, an object with a lock",
)


@rule(UNPICKLABLE_RESULT)
def unpicklable_result(run: Run, case: Case) -> Iterable[Sighting]:
    for process, event in run.events("pickle failed"):
        asked = run.start_of(process)
        if asked is None or event.get("n") is not None or _is_primitive(event):
            continue
        parent, start = asked
        stage = event["stage"]
        values = {"what": _culprit(event["culprit"])}
        if stage == ["queues.py", "_feed"] and event["value"] != "_CallItem":
            yield from sighting(run, event.at, also=lines_of(start), values=values, evidence=_shown(event))
        elif event["value"] in ("tuple", "_ResultItem") and _came_back(run, parent, event):
            given = [t for t in parent.of("task") if t.t <= event.t and t.get("job") == event.get("task")]
            where = given[-1].at if given else start.at
            yield from sighting(run, where, also=lines_of(start), values=values, evidence=_shown(event))


def _came_back(run: Run, parent: Process, event: Event) -> bool:
    """Return whether the failed result ended the parent: a pool wraps the error, an executor sends it."""
    text = event["exception"]["text"]
    errors = [exception for process, _, exception in uncaught(run) if process is parent]
    return any(e["type"] == "MaybeEncodingError" or e["text"] == text or text in e["text"] for e in errors)


UNPICKLABLE_EXCEPTION = Cause(
    "unpicklable-exception-hang",
    explanation="A task raised {what}. Its class cannot be made again from its arguments, so the parent fails to "
    "read the error, {effect}.",
    fix="Pass all arguments of the exception's __init__() to super().__init__(), or define __reduce__().",
    claims=(
        "start-methods/pool-hangs-on-exception-not-made-again",
        "start-methods/executor-breaks-on-exception-not-made-again",
        "start-methods/pool-tells-of-exception-not-pickled",
        "start-methods/executor-tells-of-exception-not-pickled",
    ),
    general_explanation="A task raises an exception that cannot be sent back with pickle, so the caller gets another "
    "error in its place; or an exception that cannot be made again from its pickle, because its __init__ takes other "
    "arguments than it passes to super().__init__(): a Pool then waits for ever, and an executor breaks.",
    general_fix="Pass all arguments of the exception to super().__init__(), or give it a __reduce__() method.",
    look_for="the class of the exception that the task raises",
)


@rule(UNPICKLABLE_EXCEPTION)
def unpicklable_exception(run: Run, case: Case) -> Iterable[Sighting]:
    for process, event in run.events("unpickle failed"):
        if event["stage"] not in (["connection.py", "recv"], ["queues.py", "get"]) or run.start_of(process):
            continue
        exception = event["exception"]
        broken = any(e["type"] == "BrokenProcessPool" for p, _, e in uncaught(run) if p is process)
        if exception["type"] != "TypeError" or not (run.hang or broken):
            continue
        effect = "and every later get() waits for ever" if run.hang else "and the executor is broken"
        what = exception["text"].partition(".__init__")[0].partition("(")[0] or "an exception"
        yield from sighting(
            run,
            _waiting(run, process),
            also=lines_of(*(task for task in process.of("task") if task.t <= event.t)),
            values={"what": what, "effect": effect},
            evidence={"error": exception["text"]},
        )
        return


def _waiting(run: Run, process: Process) -> tuple[Place, ...]:
    """Return where a process was waiting for the result of a task, or got an error in its place."""
    for waiting, _, where in waiting_for_results(run):
        if waiting is process:
            return where
    return next((frames(error) for p, _, error in uncaught(run) if p is process and error["frames"]), ())


NAME_HIDDEN_BY_DECORATOR = Cause(
    "name-hidden-by-decorator",
    explanation="pickle sends a function by its name, and under the name {name} the module has another object: a "
    "decorator has replaced the function.",
    fix="Keep the undecorated function under a name of its own, or have the task call the decorated name.",
    claims=("pickling/function-hidden-by-decorator",),
    general_explanation="pickle sends a function by its name, and under that name the module has another object: a "
    "decorator, or an assignment, has replaced the function. The child would get the other object, so pickle refuses.",
    general_fix="Keep the undecorated function under a name of its own, or use functools.wraps and send the "
    "decorated function.",
    look_for="a decorator on the function that is sent, and a reference to the function behind it",
)


@rule(NAME_HIDDEN_BY_DECORATOR)
def name_hidden_by_decorator(run: Run, case: Case) -> Iterable[Sighting]:
    for process, event in run.events("pickle failed"):
        if _is_hidden(event) and _mattered(run, event):
            yield from sighting(
                run, _origin(process, event), values={"name": event["culprit"]["name"]}, evidence=_shown(event)
            )


def _is_hidden(event: Event) -> bool:
    return "not the same object as" in event["exception"]["text"] and event["culprit"]["type"] == "function"


ATTRIBUTE_LOST_BY_PICKLE = Cause(
    "attribute-lost-by-pickle",
    explanation="__getstate__() of {cls} leaves {attribute} out of what pickle sends, and nothing makes it again in "
    "the process that gets the object. It fails there with: {error}.",
    fix="Make {attribute} anew in __setstate__() of {cls}, which also restores the other attributes "
    "(self.__dict__.update(state)).",
    claims=("pickling/argument-with-a-lock",),
    general_explanation="__getstate__() of a class leaves an attribute out of what pickle sends, such as a lock, and "
    "no __setstate__() makes it again. Where the object is sent to another process, it has no such attribute.",
    general_fix="Make the attribute anew in __setstate__() of the class, which also restores the other attributes.",
    look_for="a class with __getstate__() and without __setstate__()",
    symptom=r"AttributeError: .* has no attribute ",
)


@rule(ATTRIBUTE_LOST_BY_PICKLE)
def attribute_lost_by_pickle(run: Run, case: Case) -> Iterable[Sighting]:
    for process, _, exception in uncaught(run):
        missing = _MISSING.search(str(exception["text"])) if exception["type"] == "AttributeError" else None
        asked = run.start_of(process)
        sent = asked is not None and run.method_of(process) != "fork"
        sent = sent or str((exception.get("cause") or {}).get("type")).endswith("RemoteTraceback")  # a pool's task
        place = _left_out(run, *missing.groups()) if missing and sent else None
        if missing is None or place is None:
            continue
        yield Sighting(
            str(run.path(place[0])),
            place[1],
            also=tuple(each[1] for each in frames(exception) if each[0] == place[0])[:1],
            values={"cls": missing[1], "attribute": missing[2], "error": str(exception["text"])},
            stack=asked[1].at if asked else frames(exception),
            evidence={"error": f"AttributeError: {exception['text']}", "process": process.role},
        )
        return


_MISSING = re.compile(r"'(\w+)' object has no attribute '(\w+)'")


def _left_out(run: Run, name: str, attribute: str) -> Place | None:
    """Return where a class, or a base of it, leaves an attribute out of its pickle, if it does not make it again."""
    classes: dict[str, tuple[str, ast.ClassDef]] = {}
    for file, text in run.sources.items():
        with contextlib.suppress(SyntaxError):
            classes.update((n.name, (file, n)) for n in ast.walk(ast.parse(text)) if isinstance(n, ast.ClassDef))
    family: list[tuple[str, ast.ClassDef]] = []
    waiting = [name]
    while waiting and len(family) < 20:
        found = classes.pop(waiting.pop(0), None)
        if found is not None:
            family.append(found)
            waiting += [base.id for base in found[1].bases if isinstance(base, ast.Name)]
    methods = {
        function.name: (file, function)
        for file, node in reversed(family)
        for function in node.body
        if isinstance(function, ast.FunctionDef)
    }
    getter = methods.get("__getstate__")
    makers = [function for known, (_, function) in methods.items() if known != "__setstate__"]
    if getter is None or not any(_sets(function, attribute) for function in makers):
        return None
    setter = methods.get("__setstate__")
    if "__getattr__" in methods or (setter is not None and _sets(setter[1], attribute)):
        return None
    named = (node.lineno for node in ast.walk(getter[1]) if isinstance(node, ast.Constant) and node.value == attribute)
    return getter[0], next(named, getter[1].lineno), "__getstate__"


def _sets(function: ast.FunctionDef, attribute: str) -> bool:
    """Return whether a method assigns an attribute."""
    return any(
        isinstance(node, ast.Attribute) and node.attr == attribute and isinstance(node.ctx, ast.Store)
        for node in ast.walk(function)
    )


MIXED_START_CONTEXTS = Cause(
    "mixed-start-contexts",
    explanation="{what} was made by one context (fork) and is passed to a process of another one ({method}). A lock "
    "made for fork has no name by which another process could open it.",
    fix="Make locks, queues and events by the same context as the process: ctx = multiprocessing.get_context(...).",
    claims=("start-methods/fork-lock-refused-elsewhere",),
    general_explanation="A primitive that was made in the context of one start method is passed to a process of "
    "another one, which cannot open it.",
    general_fix="Make the primitive and the process in the same context: ctx = multiprocessing.get_context(...), "
    "then ctx.Lock(), ctx.Queue() and ctx.Process().",
    look_for="get_context() or set_start_method() for the process, and a primitive that is made without it",
)


@rule(MIXED_START_CONTEXTS)
def mixed_start_contexts(run: Run, case: Case) -> Iterable[Sighting]:
    for _, event in run.events("pickle failed"):
        if "SemLock created in a fork context" in event["exception"]["text"] and _mattered(run, event):
            yield from sighting(run, event.at, values=_mixed(run, event["culprit"]["name"]), evidence=_shown(event))
    for child, event in run.events("open failed"):
        asked = run.start_of(child) if event.get("name") else None
        made = [e for e in asked[0].of("made") if e.get("name") == event.get("name")] if asked else []
        if asked and made and made[-1].get("context") == "fork":
            yield from sighting(
                run,
                asked[1].at,
                also=lines_of(made[-1]),
                values=_mixed(run, made[-1]["what"]),
                evidence={"semaphore": event["name"], "made by": "fork"},
            )
            return


@rule(MIXED_START_CONTEXTS)
def address_of_a_fork_lock_crashes(run: Run, case: Case) -> Iterable[Sighting]:
    """Find a child of an old Python that has got the address of a lock in its parent's memory, and crashes."""
    for child, event in run.events("opened"):
        asked = run.start_of(child)
        if asked is None or event["name"] is not None or not event["handle"] or run.platform == "win32":
            continue
        made = [e for e in asked[0].of("made") if e["handle"] == event["handle"] and e["context"] == "fork"]
        code = next((e["code"] for e in asked[0].of("ended") if e["child"] == child.pid), None)
        if made and code is not None and code < 0 and run.method_of(child) != "fork":
            yield from sighting(
                run,
                asked[1].at,
                also=lines_of(made[-1]),
                values=_mixed(run, made[-1]["what"]),
                evidence={"made by": "fork", "child ended by signal": -code},
            )
            return


def _mixed(run: Run, what: str) -> dict[str, str]:
    used = next((method for method in run.methods_seen() if method != "fork"), "spawn or forkserver")
    return {"what": f"A {what}", "method": used}
