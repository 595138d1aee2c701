"""Causes in state: what a child does not inherit, and what a fork copies."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from attrs import frozen

from procsem.check.case import Case
from procsem.check.evidence import Event, Hang, Place, Process, Run, Stack
from procsem.check.rules.errors import is_uncaught, uncaught
from procsem.check.rules.registry import Cause, Sighting, lines_of, rule, sighting
from procsem.check.suite import suite_tests

STATE_NOT_INHERITED = Cause(
    "state-not-inherited",
    explanation="{what} {changed}, in the parent only. {child}, so it reads {value} there.",
    fix="{fix}",
    claims=(
        "state/global-set-at-run-time",
        "state/change-reaches-running-worker",
        "state/patch-reaches-child",
        "creation/fork-same-environment",
        "creation/fork-copies-memory-image",
        "start-methods/top-level-value",
        "multiprocessing/no-shared-state",
        "start-methods/logging-reaches-child",
        "start-methods/import-path-reaches-child",
        "state/context-variable-reaches-child",
        "state/recursion-limit-reaches-child",
        "state/python-path-variable-reaches-child",
        "state/mock-counts-calls-in-child",
        "main-file/top-level-primitives",
    ),
    general_explanation="The program changes something in its own process only (a global variable, an environment "
    "variable, a patch, the logging). A child that is not a forked copy, or that was started before the change, does "
    "not have it.",
    general_fix="Pass the value to the child as an argument, or set it in each worker with the pool's initializer.",
    look_for="what the child reads and the program sets under its main guard, or after it has made the pool",
)


@frozen
class _Lost:
    """Something that the parent changed and a child read, with another value."""

    name: str
    intervention: str
    places: tuple[Place, ...]
    """Where the parent changed it; or where it started the child, if that is not known."""
    also: tuple[Place, ...]
    values: dict[str, str]
    evidence: dict[str, Any]
    child: str
    """The key of the process that read it."""
    read: float
    """When it did."""
    changed_later: bool
    """True where the parent changed it after its import, and the child did not change it itself."""
    patched: bool = False


@rule(STATE_NOT_INHERITED)
def state_not_inherited(run: Run, case: Case) -> Iterable[Sighting]:
    only_numbers = not case.unlike(run)
    unlike = case.unlike(run, numbers=True)
    if not unlike:
        return
    found: dict[str, _Lost] = {}
    moments: dict[str, list[tuple[str, float]]] = {}
    for lost in (*_environment(run), *_globals(run)):
        moments.setdefault(lost.name, []).append((lost.child, lost.read))
        # A program may print numbers that differ by design: then only what changed after the import counts.
        if lost.changed_later or not only_numbers:
            found.setdefault(lost.name, lost)
    unknown, left = [], []
    confirmed = False
    for lost in found.values():
        again = case.intervened(run, lost.intervention)
        if again is None:
            yield from _sighting(run, lost, moments[lost.name], intervention=lost.intervention)
        elif not any(event["name"] == lost.name for _, event in again.events("intervention")):
            unknown.append(lost)  # the value cannot be sent to a child
        elif any(case.improved(run, again, other) for other in unlike):
            # Where something else goes wrong by chance, the run may have come out well without the intervention.
            confirmed = True
            yield from _sighting(run, lost, moments[lost.name], confirmed=True, fallback=not lost.changed_later)
        elif lost.changed_later:
            left.append(lost)
    for lost in unknown:
        if lost.patched or len(unknown) == 1:
            yield from _sighting(run, lost, moments[lost.name])
    if len(left) > 1 and not confirmed and not unknown:
        yield from _together(run, case, left, moments)


def _together(
    run: Run, case: Case, left: Sequence[_Lost], moments: Mapping[str, list[tuple[str, float]]]
) -> Iterable[Sighting]:
    """Find several changes that the child lacks, none of which alone is enough to make the difference disappear."""
    intervention = "|".join(lost.intervention for lost in left)
    again = case.intervened(run, intervention)
    if again is None:
        yield from _sighting(run, left[0], moments[left[0].name], intervention=intervention)
    elif any(case.improved(run, again, other) for other in case.unlike(run, numbers=True)):
        for lost in left:
            yield from _sighting(run, lost, moments[lost.name], confirmed=True)


def _sighting(run: Run, lost: _Lost, moments: list[tuple[str, float]], **rest: Any) -> Iterable[Sighting]:
    place = run.nearest(lost.places)
    if place is not None:
        also = tuple(other[1] for other in lost.also if run.path(other[0]) == run.path(place[0]))
        yield from sighting(
            run, lost.places, also=also, values=lost.values, evidence=lost.evidence, moments=tuple(moments), **rest
        )


_HERE = "is changed here"
_BEFORE = "has been changed before this start"
_SHOWN = {"decimal:getcontext": "The context of decimal (precision, rounding)"}
"""The names, in a text, of state that is not a variable of a module."""
_FRESH_CONTEXT = "The child begins with a context of its own"
_ENVIRONMENT = "The fork server, and so every later child, keeps the environment of its own start"


def _environment(run: Run) -> Iterator[_Lost]:
    for child in run.processes:
        asked = run.start_of(child)
        known = child.first("environment")
        if asked is None or known is None:
            continue
        parent, start = asked
        theirs = _last(parent.of("environment"), known.t)
        for read in child.of("environment read"):
            key = read["key"]
            if theirs is None or known["values"].get(key) == theirs["values"].get(key):
                continue
            change = _last((e for e in parent.of("environment set") if e["key"] == key), read.t)
            yield _Lost(
                name=key,
                intervention=f"environ={key}",
                places=change.at if change else start.at,
                also=(*read.at[:1], *start.at[:1]),
                values={
                    "what": f"The environment variable {key}",
                    "changed": _HERE if change else _BEFORE,
                    "child": _ENVIRONMENT
                    if run.start_method == "forkserver"
                    else "A child gets another value at its start",
                    "value": "the old one" if known["values"].get(key) else "nothing",
                    "fix": "Pass the value to the child as an argument, or set the variable before the first child.",
                },
                evidence={"variable": key, "read at": [list(place) for place in read.at[:1]]},
                child=child.key,
                read=read.t,
                changed_later=change is not None and not any(e["key"] == key for e in child.of("environment set")),
            )


def _globals(run: Run) -> Iterator[_Lost]:
    for child in run.processes:
        for theirs in child.of("state"):
            if theirs["side"] != "child":
                continue
            for parent, ours in _parents_state(run, child, theirs):
                for key, value in theirs["values"].items():
                    before = ours["values"].get(key)
                    if before is not None and before != value:
                        yield _global(run, parent, child, ours, theirs, key, before, value)


def _parents_state(run: Run, child: Process, theirs: Event) -> Iterator[tuple[Process, Event]]:
    asked = run.start_of(child)
    if asked is None:
        return
    parent = asked[0]
    same = (e for e in parent.of("state") if e["side"] == "parent" and e["function"] == theirs["function"])
    ours = _last(same, theirs.t)
    if ours is not None:
        yield parent, ours


def _global(
    run: Run, parent: Process, child: Process, ours: Event, theirs: Event, key: str, before: str, value: str | None
) -> _Lost:
    module, _, path = key.partition(":")
    name = path.rpartition(".")[2]
    patch = _last((e for e in parent.of("patched") if e["name"] == name and e["owner"] in (module, path)), ours.t)
    start = _last(parent.of("start", "task"), ours.t + 1.0)
    where = start.at if start else ()
    change = patch.at if patch else _assignment(run, ours["files"].get(module), module, path, (before, value))
    shown = f"{path} of {module}" if module != "__main__" else path
    if patch:
        fix = (
            "Patch in the child (a pool's initializer), pass the replacement as an argument, or use fork in this test."
        )
    else:
        value_of = "the settings" if key in _SHOWN else name
        fix = f"Pass {value_of} to the child as an argument, or by a pool's initializer."
    return _Lost(
        name=key,
        intervention=f"copy={key}",
        places=change or where,
        also=where[:1],
        values={
            "what": _SHOWN.get(key) or (f"{shown[:1].upper()}{shown[1:]}" if patch else shown),
            "changed": _HERE if change else _BEFORE,
            "child": _FRESH_CONTEXT if key in _SHOWN else "The child imports the module again",
            "value": value or ("Python's own" if key in _SHOWN else "nothing"),
            "fix": fix,
        },
        evidence={"name": key, "parent": before, "child": value, "function": theirs["function"]},
        child=child.key,
        read=theirs.t,
        changed_later=bool(change),
        patched=patch is not None,
    )


def _last(events: Iterable[Event], before: float) -> Event | None:
    found = [event for event in events if event.t <= before]
    return found[-1] if found else None


def _assignment(
    run: Run, file: str | None, module: str, path: str, values: tuple[str, str | None]
) -> tuple[Place, ...]:
    """Return the line that changes a global after its module's import: the last one that can.

    ``values`` are those of the parent and of the child. A line that sets the child's value is not meant (it may restore
    the original), and one that sets the parent's is preferred.
    """
    name = path.rpartition(".")[2]
    lines: dict[int, list[Place]] = {}
    for known, text in run.sources.items():
        own = file is not None and run.path(file) == run.path(known)
        try:
            tree = ast.parse(text)
        except SyntaxError:
            continue
        imported = own or any(
            alias.name == name and alias.asname is None
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        )
        for statement, assigned in _later(tree):
            bound = own and (assigned is None or name in assigned)
            rank = _changes(statement, name, bound, imported)
            if rank and (shown := _shown(statement)) is not None:
                rank = 0 if shown == values[1] else rank + 2 * (shown == values[0])
            lines.setdefault(rank, []).append((known, statement.lineno, "<module>"))
    best = max(lines, default=0)
    return tuple(lines[best][-1:]) if best else ()


def _shown(statement: ast.stmt) -> str | None:
    """Return the plain value that a statement assigns, as the recorder shows it; None for any other value."""
    value = statement.value if isinstance(statement, (ast.Assign, ast.AnnAssign)) else None
    try:
        return repr(ast.literal_eval(value)) if value is not None else None
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None


def _later(
    tree: ast.AST, late: bool = False, assigned: frozenset[str] | None = None
) -> Iterator[tuple[ast.stmt, frozenset[str] | None]]:
    """Yield the statements that an import of the module does not run: those in functions and under the main guard.

    With each come the globals that it may assign: those that its function declares, and all (None) outside of one.
    """
    for node in ast.iter_child_nodes(tree):
        if late and isinstance(node, ast.stmt):
            yield node, assigned
        is_guard = isinstance(node, ast.If) and "__name__" in ast.dump(node.test)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            declared = (name for inner in ast.walk(node) if isinstance(inner, ast.Global) for name in inner.names)
            yield from _later(node, True, frozenset(declared))
        else:
            yield from _later(node, late or is_guard, assigned)


def _changes(statement: ast.stmt, name: str, bound: bool, known: bool) -> int:
    """Return 2 if a statement changes a name, 1 if it may (setattr() with a name that is not written there), else 0.

    ``bound`` says that an assignment to the name is one to the global, and ``known`` that the name means it at all.
    """
    targets: list[ast.expr] = []
    if isinstance(statement, ast.Assign):
        targets = statement.targets
    elif isinstance(statement, (ast.AugAssign, ast.AnnAssign)):
        targets = [statement.target]
    elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        function = statement.value.func
        if isinstance(function, ast.Attribute) and function.attr in _MUTATORS:
            return 2 * _is_part(function.value, name, known)
        if isinstance(function, ast.Name) and function.id == "setattr" and len(statement.value.args) == 3:
            owner, which, _ = statement.value.args
            if _is_part(owner, name, known):
                return 2
            return 1 if not isinstance(which, ast.Constant) else 2 * int(which.value == name)
    for target in targets:
        if isinstance(target, ast.Name):
            if bound and target.id == name:
                return 2
        elif _is_part(target, name, known):
            return 2
    return 0


def _is_part(target: ast.expr, name: str, known: bool) -> bool:
    """Return whether an expression is a name, or a part of what has this name: an item, or an attribute of it."""
    while not isinstance(target, ast.Name):
        if isinstance(target, ast.Attribute) and target.attr == name:
            return True
        if isinstance(target, (ast.Subscript, ast.Starred, ast.Attribute)):
            target = target.value
        elif isinstance(target, ast.Call):
            target = target.func
        else:
            return False
    return known and target.id == name


_MUTATORS = frozenset(
    {"append", "add", "update", "extend", "insert", "set", "setdefault", "clear", "pop", "remove", "discard"}
)


@rule(STATE_NOT_INHERITED)
def recursion_limit_not_inherited(run: Run, case: Case) -> Iterable[Sighting]:
    if not case.unlike(run):
        return
    for child, parent, start in _not_forked(run):
        raised = child.first("child raised")
        change = _last(parent.of("recursion limit"), child.start)
        if change is None or change["limit"] <= change["before"] or child.first("recursion limit") is not None:
            continue
        errors = [raised["exception"]] if raised else []
        errors += [error for process, _, error in uncaught(run) if process is parent and parent.first("task")]
        if any(error["type"] == "RecursionError" for error in errors):
            yield from sighting(
                run,
                change.at,
                also=lines_of(start),
                values={
                    "what": "The recursion limit",
                    "changed": _HERE,
                    "child": "A child begins with Python's own",
                    "value": "another one",
                    "fix": "Call sys.setrecursionlimit() in the child: at the start of its target, or by a pool's "
                    "initializer.",
                },
                evidence={"limit": change["limit"], "in the child": change["before"]},
            )
            return


@rule(STATE_NOT_INHERITED)
def logging_not_inherited(run: Run, case: Case) -> Iterable[Sighting]:
    if not case.unlike(run, numbers=True):
        return
    for child, parent, start in _not_forked(run):
        ours = _last(parent.of("logging"), child.start + 1.0)
        if ours is None:
            continue
        changed = [event for event in parent.of("logging set") if event.t <= ours.t and event.at]
        for event in child.of("logged") if changed else ():
            if _is_logged(ours, event["logger"], event["level"]) and not (event["enabled"] and event["handled"]):
                yield from sighting(
                    run,
                    changed[-1].at,
                    also=lines_of(start, event),
                    values={
                        "what": "The configuration of logging",
                        "changed": _HERE,
                        "child": "A child begins with that of a new interpreter",
                        "value": "no handler or another level",
                        "fix": "Configure logging in the child (a pool's initializer), or send the records to the "
                        "parent with a logging.handlers.QueueHandler.",
                    },
                    evidence={"logger": event["logger"], "level": event["level"], "logged at": list(event.at[:1])},
                    fallback=True,
                )
                return


def _is_logged(configured: Event, name: str, level: int) -> bool:
    """Return whether a message would have been handled with the parent's configuration."""
    loggers = configured["loggers"]
    minimum, handlers = 0, 0
    while True:
        own_level, own_handlers, propagates = loggers.get(name, (0, 0, True))
        minimum = minimum or own_level
        handlers += own_handlers
        if not name or not propagates:
            return handlers > 0 and level >= minimum and level > (configured["disabled"] or 0)
        name = name.rpartition(".")[0]


def _not_forked(run: Run) -> Iterator[tuple[Process, Process, Event]]:
    """Yield the children that began without their parent's memory, each with its parent and its start."""
    for child in run.processes:
        asked = run.start_of(child)
        if asked is not None and run.method_of(child) != "fork":
            yield child, *asked


STATE_COPIED_BY_FORK = Cause(
    "state-copied-by-fork",
    explanation="{what}",
    fix="{fix}",
    claims=(
        "start-methods/printed-before-start",
        "state/printed-before-os-fork",
        "state/generator-made-at-top-level",
        "life-and-death/exit-handlers-run-in-os-fork-child",
        "state/file-opened-at-top-level",
    ),
    general_explanation="A fork copies what its parent has at that moment: text that waits in a buffer is written by "
    "both, both run the exit handlers, and both get the same numbers from a random generator. What it does not copy is "
    "the position in an open file: parent and child share it.",
    general_fix="Flush before the fork (sys.stdout.flush()), end the child with os._exit(), make or seed random "
    "generators in the child, and open files there.",
)


@rule(STATE_COPIED_BY_FORK)
def exit_handlers_run_in_child(run: Run, case: Case) -> Iterable[Sighting]:
    for parent, event in run.events("fork"):
        child = _forked(run, parent, event)
        ended = child.last("exit") if child else None
        if child is None or ended is None or ended["how"] != "normal" or child.first("child") is not None:
            continue
        for handler in parent.of("atexit"):
            is_own = handler.at and handler["file"] and run.is_own(handler["file"])
            if handler.t < event.t and is_own and not handler["guarded"]:
                yield from sighting(
                    run,
                    event.at,
                    also=lines_of(handler, ended),
                    values={
                        "what": f"{handler['function']}() was registered with atexit before this fork. The child has "
                        "it too, and runs it at its own end.",
                        "fix": "End the child with os._exit(), or let the handler compare os.getpid() with the pid of "
                        "the process that registered it.",
                    },
                    evidence={"function": handler["function"], "child": child.pid},
                )
                return


@rule(STATE_COPIED_BY_FORK)
def temporary_folder_removed_by_child(run: Run, case: Case) -> Iterable[Sighting]:
    """Find a forked child that runs its parent's clean-up of a temporary folder, which the parent then misses."""
    for parent, event in run.events("fork"):
        child = _forked(run, parent, event) if event["folders"] else None
        ended = child.last("exit") if child else None
        if child is None or ended is None or ended["how"] != "normal" or child.first("child") is not None:
            continue
        missed = [
            str(exception["text"])
            for process, failed, exception in uncaught(run)
            if process is not child and failed.t > ended.t and exception["type"] == "FileNotFoundError"
        ]
        folder = next((name for name in event["folders"] for text in missed if str(name) in text), None)
        if folder is not None:
            yield from sighting(
                run,
                event.at,
                also=lines_of(ended),
                values={
                    "what": "A TemporaryDirectory was made before this fork. The child has a copy of the object, and "
                    "removes the folder at its own end.",
                    "fix": "End the child with os._exit(), which runs no clean-up.",
                },
                evidence={"folder": folder, "child": child.pid},
            )
            return


@rule(STATE_COPIED_BY_FORK)
def random_generator_copied(run: Run, case: Case) -> Iterable[Sighting]:
    unlike = case.unlike(run)
    seen: dict[tuple[str, int], Process] = {}
    for child, event in run.events("generator") if unlike else ():
        first = seen.setdefault((event["name"], event["state"]), child)
        asked = run.start_of(child)
        if first is child or asked is None:
            continue
        name = event["name"]
        intervention = f"reseed={name}"
        again = case.intervened(run, intervention)
        shown = name.removeprefix("__main__:").replace(":", ".")
        confirmed = again is not None and any(case.improved(run, again, other) for other in unlike)
        if again is None or confirmed:
            yield from sighting(
                run,
                asked[1].at,
                values={
                    "what": f"The random generator {shown} was made before the children began, and each of them has a "
                    "copy of it in the same state: they get the same numbers.",
                    "fix": f"Make {shown} in the child, or call its seed() there (at the start of the target, or in a "
                    "pool's initializer).",
                },
                evidence={"generator": name, "children": [first.pid, child.pid]},
                intervention="" if confirmed else intervention,
                confirmed=confirmed,
            )
        return


@rule(STATE_COPIED_BY_FORK)
def buffered_output_comes_twice(run: Run, case: Case) -> Iterable[Sighting]:
    for parent, event in run.events("fork"):
        child = _forked(run, parent, event)
        ended = child.last("exit") if child else None
        if child is None or ended is None or ended["how"] != "normal":
            continue
        copied = child.first("copied")
        for stream, text in ((copied["unflushed"] if copied else event.get("unflushed")) or {}).items():
            last = str(text).rstrip().rpartition("\n")[2]
            if last and run.output.count(last) > 1:
                values = {
                    "what": f"Text that was printed before this fork was still in the buffer of sys.{stream}. The "
                    "child has a copy of the buffer and writes it at its own end, so the text comes twice.",
                    "fix": "Flush before the fork (sys.stdout.flush()), or end the child with os._exit().",
                }
                evidence = {"stream": stream, "text": text}
                yield from sighting(run, event.at, also=lines_of(ended), values=values, evidence=evidence)
                break


@rule(STATE_COPIED_BY_FORK)
def position_in_file_shared(run: Run, case: Case) -> Iterable[Sighting]:
    """Find a file that processes share by a fork: the program comes out better if each has a position of its own."""
    unlike = case.unlike(run, numbers=True)
    captures = bool(suite_tests(run))
    if not unlike and (captures or not _failures(run)):
        return
    for parent, event in run.events("fork"):
        child = _forked(run, parent, event)
        path = _moved_file(parent, event, child, captures) if child is not None else None
        if child is None or path is None:
            continue
        asked = run.start_of(child)  # under forkserver, the fork itself is in no line of the program
        again = case.intervened(run, _REOPEN)
        done = again is not None and any(True for _ in again.events("intervention"))
        confirmed = again is not None and done and _is_better(case, run, again, unlike)
        if again is None or confirmed:
            name = "A temporary file" if path.endswith(_REMOVED) else f"The file {path.rpartition('/')[2]}"
            yield from sighting(
                run,
                asked[1].at if asked is not None else event.at,
                values={
                    "what": f"{name} is open at this fork. Parent and child share the position in it, so what one of "
                    "them reads is missing for the other.",
                    "fix": "Open the file in the child, or read at a given place with os.pread().",
                },
                evidence={"file": path, "position at the fork": event["offsets"][path]},
                intervention="" if confirmed else _REOPEN,
                confirmed=confirmed,
            )
        return


_REOPEN = "reopen=files"
_REMOVED = " (deleted)"
"""The end of the path of a file that has been removed while it is open."""


def _moved_file(parent: Process, fork: Event, child: Process, captures: bool) -> str | None:
    """Return a file that is open at a fork, and in which the child, or a later one, has moved the position.

    Where pytest captures the output, it writes to files without a name, which are not meant.
    """
    later = [e for e in (child.last("exit"), *parent.of("fork")) if e is not None and e.t > fork.t]
    for path, position in (fork["offsets"] or {}).items():
        if captures and path.endswith(_REMOVED):
            continue
        if any((e["offsets"] or {}).get(path, position) != position for e in later):
            return str(path)
    return None


def _is_better(case: Case, run: Run, again: Run, unlike: Iterable[Run]) -> bool:
    """Return whether a run with an intervention came out better than without it."""
    if again.hang is None and _failures(again) < _failures(run):
        return True
    return any(case.improved(run, again, other) for other in unlike)


def _failures(run: Run) -> int:
    """Return how many processes of a program failed, the program itself included."""
    ends = [process.last("exit") for process in run.processes]
    failed = [end for end in ends if end is not None and (end.get("code") not in (0, None) or end["uncaught"])]
    return len(failed) + (run.exit_code != 0)


PIPE_END_KEPT_OPEN = Cause(
    "pipe-end-kept-open",
    explanation="{what}",
    fix="{fix}",
    claims=("life-and-death/communicate-waits-for-shells-child", "start-methods/pipe-end-is-seen"),
    general_explanation="A read from a pipe ends only when every process has closed the writing end. A process that "
    "has it without need (the reader itself, a child that inherited it, what a shell has started) makes the read "
    "wait for ever.",
    general_fix="Close the writing end in every process that does not write, the reader included; start a program "
    "whose whole tree must end with start_new_session=True, and end it with os.killpg().",
    look_for="a Pipe() or os.pipe() of which a process uses one end and does not close the other",
)


@rule(PIPE_END_KEPT_OPEN)
def reader_keeps_the_pipe_open(run: Run, case: Case) -> Iterable[Sighting]:
    if run.hang is None or not run.hang.proven:
        return
    for stack in run.stacks():
        wait = run.wait_of(stack.process) if stack.main else None
        if wait is None or wait.call not in ("read", "recv", "poll") or wait.holders != (stack.process.pid,):
            continue
        position = stack.position("multiprocessing/connection.py", "recv", "recv_bytes", "poll")
        is_plain = position is None and run.nearest(stack.frames[:1]) is not None
        if not is_plain and (position is None or stack.is_in("multiprocessing/queues.py", "get")):
            continue
        if stack.is_in("multiprocessing/pool.py", "worker", "wait", "next") or _failed_child(run, stack.process):
            continue
        asked = run.start_of(stack.process)
        made = [e for p in run.processes for e in p.of("pipe") if f"[{e['inodes'][0]}]" in wait.on and e.at]
        yield from sighting(
            run,
            stack.frames[position or 0 :],
            also=lines_of(asked[1] if asked else None, *made[:1]),
            values={
                "what": "This waits for the end of a pipe, but the process that reads has the writing end open "
                "itself, so the end never comes."
                + (" It inherited the end at its start." if stack.process.role == "forked" else ""),
                "fix": "Close the writing end in the process that reads: in the parent after start(), in a forked "
                "child at its start.",
            },
            evidence={"reader": stack.process.pid, "holders": list(wait.holders)},
        )
        return


@rule(PIPE_END_KEPT_OPEN)
def sibling_keeps_the_pipe_open(run: Run, case: Case) -> Iterable[Sighting]:
    """Find a reader that waits for the end of a pipe which other forked children have inherited without any need."""
    if run.hang is None or not run.hang.proven:
        return
    for stack in run.stacks():
        wait = run.wait_of(stack.process) if stack.main else None
        if wait is None or wait.call not in ("read", "recv", "poll"):
            continue
        others = [pid for pid in wait.holders if pid != stack.process.pid]
        position = stack.position("multiprocessing/connection.py", "recv", "recv_bytes", "poll")
        if position is None or not others or stack.is_in("multiprocessing/queues.py", "get"):
            continue
        if stack.is_in("multiprocessing/pool.py", "worker", "wait", "next") or _failed_child(run, stack.process):
            continue
        made = next(((p, e) for p, e in run.events("pipe") if any(f"[{i}]" in wait.on for i in e["inodes"])), None)
        starts = [_inherited_by(run, pid, made) for pid in others] if made is not None and made[1].at else []
        if made is None or not starts or not all(starts):
            continue
        yield from sighting(
            run,
            stack.frames[position:],
            also=lines_of(starts[0], made[1]),
            values={
                "what": "This waits for the end of a pipe, but other children were forked while their parent had the "
                "writing end open. They have inherited it without being given it, so the end never comes.",
                "fix": "Pass the writing end to each child that does not write, and close it there before anything "
                "else; or make each pipe just before its child, and close the parent's end before the next start().",
            },
            evidence={"reader": stack.process.pid, "holders": list(wait.holders)},
        )
        return


def _inherited_by(run: Run, pid: int, made: tuple[Process, Event] | None) -> Event | None:
    """Return the start() by which a child has inherited a pipe that it was not given; None where it was not so."""
    child = run.process(pid, run.hang.t) if run.hang is not None else None
    asked = run.start_of(child) if child is not None else None
    if made is None or child is None or asked is None or child.role != "forked" or asked[0] is not made[0]:
        return None
    given = asked[1]["passed"]
    is_given = given is None or bool(set(given) & set(made[1]["inodes"]))
    return asked[1] if asked[1].t > made[1].t and not is_given else None


def _failed_child(run: Run, parent: Process) -> bool:
    """Return whether a child of a process has ended by an error or by a signal, so that it sent less than it should."""
    for child in run.processes:
        asked = run.start_of(child)
        if asked is not None and asked[0] is parent and not run.is_alive(child.pid):
            ended = child.last("exit")
            if child.first("child raised") is not None or ended is None or ended.get("code") not in (0, None):
                return True
    return False


@rule(PIPE_END_KEPT_OPEN)
def grandchild_holds_the_pipe(run: Run, case: Case) -> Iterable[Sighting]:
    for process, started in run.events("program started"):
        pid = started["child"]
        kill = next((e for e in process.of("kill") if e["pid"] == pid and e["signal"] and e.t > started.t), None)
        if kill is None:
            continue
        pipes = {f"pipe:[{inode}]" for inode in started.get("inodes") or ()}
        for still in (*((run.hang,) if run.hang else ()), *run.pauses):
            holders = _holders(still, process, pipes) if still.t > kill.t and pid not in still.alive else []
            if holders:
                yield from sighting(
                    run,
                    _reading(run, process, started, still) or kill.at,
                    also=lines_of(kill, started),
                    values={
                        "what": "The program was ended, but what it had started itself is still there and holds the "
                        "pipe of its output open, so this call waits for that process.",
                        "fix": "Start the program in a session of its own (start_new_session=True) and end all of it "
                        "with os.killpg(), or start the command without a shell.",
                    },
                    evidence={"ended": pid, "holders": holders, "argv": started["argv"]},
                )
                return


def _holders(still: Hang, process: Process, pipes: set[str]) -> list[int]:
    """Return which other processes held the pipe that a process was reading from."""
    reads = [wait for wait in still.waits if wait.pid == process.pid and pipes & set(wait.on.split())]
    return sorted({pid for wait in reads for pid in wait.holders} - {process.pid})


def _reading(run: Run, process: Process, started: Event, still: Hang) -> tuple[Place, ...]:
    """Return the call that reads the program's output: communicate(), or what the stack shows."""
    calls = [e for e in process.of("wait") if e["what"] == "communicate" and e["child"] == started["child"]]
    if calls and calls[-1].t < still.t:
        return calls[-1].at
    return next((stack.frames for stack in run.stacks() if stack.process is process and stack.main), ())


def _forked(run: Run, parent: Process, fork: Event) -> Process | None:
    """Return the process that a fork made."""
    later = (p for p in run.processes if p.ppid == parent.pid and p.role == "forked" and p.start >= fork.t)
    return next(later, None)


FORK_WITH_THREADS_DEADLOCK = Cause(
    "fork-with-threads-deadlock",
    explanation="This fork happened while another thread ({thread}) was running. The child has a copy of the lock "
    "that the thread held at that moment, but not the thread, so nobody releases it.",
    fix="Start children before threads, or use spawn or forkserver.",
    claims=(
        "start-methods/fork-beside-thread-warns",
        "start-methods/lock-freed-by-its-thread",
    ),
    general_explanation="A process with several threads is forked. The child has only the thread that forked, and "
    "the locks that the others held stay locked in it for ever.",
    general_fix="Start the children before the threads, or use spawn or forkserver.",
    look_for="threads that run while a process is started, also those of libraries",
)

THREAD_MISSING_AFTER_FORK = Cause(
    "thread-missing-after-fork",
    explanation="A forked child has only the thread that called fork(). It waits for the work of another one "
    "({thread}), which it does not have.",
    fix="Start the thread in the child, or use spawn or forkserver and make in the child what needs a thread.",
    claims=("start-methods/thread-pool-in-child",),
    general_explanation="A forked child has only the thread that called fork(). It waits for the work of another "
    "thread, such as a worker of a ThreadPoolExecutor, which exists in its parent only.",
    general_fix="Start the thread in the child, or use spawn or forkserver and make in the child what needs a thread.",
    look_for="an object with threads of its own that is made before the fork and used in the child",
)


@rule(FORK_WITH_THREADS_DEADLOCK)
def fork_with_threads_deadlock(run: Run, case: Case) -> Iterable[Sighting]:
    for stack, fork in _stuck_after_fork(run):
        if not stack.is_in("threading.py", "wait"):
            yield from _after_fork(run, stack, fork)
            return


@rule(THREAD_MISSING_AFTER_FORK)
def thread_missing_after_fork(run: Run, case: Case) -> Iterable[Sighting]:
    for stack, fork in _stuck_after_fork(run):
        if stack.is_in("threading.py", "wait"):
            yield from _after_fork(run, stack, fork)
            return


def _after_fork(run: Run, stack: Stack, fork: Event) -> Iterable[Sighting]:
    stuck = run.nearest(stack.frames)
    threads = [str(thread["name"]) for thread in fork["threads"]]
    return sighting(
        run,
        fork.at,
        also=(stuck[1],) if stuck else (),
        values={"thread": ", ".join(threads[:3])},
        evidence={"threads": fork["threads"], "stuck at": [list(place) for place in stack.frames[:6]]},
    )


def _stuck_after_fork(run: Run) -> Iterator[tuple[Stack, Event]]:
    """Yield forked processes whose only thread waits for a lock in its own memory, each with its fork.

    The parent had other threads at the fork.
    """
    for stack in run.stacks():
        process = stack.process
        wait = run.wait_of(process)
        alone = sum(other.pid == process.pid for other in run.hang.waits) == 1 if run.hang else False
        if process.role != "forked" or not stack.main or not alone or wait is None:
            continue
        if wait.call != "futex" or not wait.endless or wait.on != "a lock of its own":
            continue
        parent = run.process(process.ppid, process.start)
        fork = _last(parent.of("fork"), process.start) if parent else None
        if fork is not None and fork["threads"]:
            yield stack, fork


PORT_KEPT_OPEN = Cause(
    "port-kept-open",
    explanation="Port {port} is in use: a child of this program has inherited the listening socket at its start and "
    "still has it open, though the parent has closed its own.",
    fix="Close the socket in the child, start the child before the socket is made, or use spawn, which passes no "
    "descriptors.",
    claims=("state/port-kept-by-child",),
)


def _begun(run: Run, pid: int, before: float) -> tuple[Place, ...] | None:
    """Return where a process of the program was started, be it Python or not; None for another program's process."""
    started = [event for _, event in run.events("program started") if event["child"] == pid and event.t < before]
    if started:
        return started[-1].at
    child = run.process(pid, before)
    asked = run.start_of(child) if child is not None else None
    if asked is not None:
        return asked[1].at
    return child.events[0].at if child is not None and child.role == "forked" else None


def _ancestors(run: Run, process: Process) -> set[int]:
    """Return the pids of a process and of those from which it comes, which have the socket for themselves."""
    found = {process.pid}
    above: Process | None = process
    while above is not None and (above := run.parents[above.key]) is not None and above.pid not in found:
        found.add(above.pid)
    return found


@rule(PORT_KEPT_OPEN)
def port_kept_open(run: Run, case: Case) -> Iterable[Sighting]:
    for process, event in run.events("port busy"):
        others = [pid for pid in event["holders"] or () if pid not in _ancestors(run, process)]
        begun = next((at for pid in others if (at := _begun(run, pid, event.t)) is not None), None)
        if begun is None or not is_uncaught(run, event["exception"]):
            continue
        yield from sighting(
            run,
            event.at,
            also=tuple(place[1] for place in begun[:1]),
            values={"port": str(event["port"])},
            evidence={"port": event["port"], "holders": event["holders"]},
        )
        return
