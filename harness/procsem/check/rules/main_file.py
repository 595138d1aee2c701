"""Causes in the main file: what happens when a child imports it again, or cannot."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from procsem.check.case import Case
from procsem.check.evidence import Event, Place, Process, Run, places
from procsem.check.rules.errors import frames, raised_in, uncaught
from procsem.check.rules.registry import Cause, Sighting, lines_of, rule, sighting

MISSING_MAIN_GUARD = Cause(
    "missing-main-guard",
    explanation="{importer} imports the main file again, and that import reaches this line, which starts processes "
    "once more. Only __name__ tells the program from such an import: it is '__mp_main__' there.",
    fix='Put the code that starts the program under `if __name__ == "__main__":`.',
    claims=(
        "start/guard-needed-under-spawn",
        "start/guard-failure-seen",
        "main-file/guard-by-process-name",
        "start/guard-around-process-object",
        "start/guard-only-on-windows",
        "start/unguarded-does-not-multiply",
    ),
    general_explanation="A child imports the main file again, and that import starts processes once more. Only "
    "__name__ tells the program from such an import: it is '__mp_main__' there.",
    look_for="code at the top level of the main file that starts a process, a pool or an executor",
)


@rule(MISSING_MAIN_GUARD)
def missing_main_guard(run: Run, case: Case) -> Iterable[Sighting]:
    for process, event in run.events("start"):
        main = event.get("importing_main")
        if not main:
            continue
        stack = places(event.get("user"))
        importer = "The fork server" if process.role == "fork server" else "Each child"
        top = [place for place in stack if place[2] == "<module>" and run.path(place[0]) == run.path(str(main))]
        if not top:
            continue
        place = top[-1]
        failed = next((e for e in process.of("start failed") if e["n"] == event["n"]), None)
        yield Sighting(
            str(run.path(place[0])),
            statement_line(run, place),
            also=(place[1],),
            values={"importer": importer},
            evidence={
                "process": process.role,
                "stack": [list(each) for each in stack],
                "error": failed["exception"]["text"].strip() if failed else None,
            },
        )
        return


def statement_line(run: Run, place: Place) -> int:
    """Return the line on which the top-level statement begins that contains a place."""
    source = run.source(place[0])
    try:
        body = ast.parse(source).body if source else []
    except SyntaxError:
        body = []
    for statement in body:
        if statement.lineno <= place[1] <= (statement.end_lineno or statement.lineno):
            return statement.lineno
    return place[1]


MAIN_NOT_IMPORTABLE = Cause(
    "main-not-importable",
    explanation="{name} is defined in the program's main module, and a child does not have that module: it imports a "
    "main file by its path or its module's name, but never {why}. So the child fails before it runs the target.",
    fix="Move {name} into a module that can be imported, and import it in the main file.",
    claims=(
        "start-methods/program-by-option-has-no-targets",
        "start-methods/program-on-standard-input-has-no-children",
        "main-file/function-of-dunder-main",
        "main-file/pool-of-dunder-main",
    ),
    general_explanation="A function is defined in the program's main module, and a child does not have that module: "
    "it imports a main file by its path or its module's name, but never one that was given with -c or on standard "
    "input, or a __main__.py. So the child fails before it runs the target.",
    general_fix="Move the function into a module that can be imported, and import it in the main file.",
    look_for="how the program is started: with -c, on standard input, or as a package, a folder or a zip file",
)


@rule(MAIN_NOT_IMPORTABLE)
def main_not_importable(run: Run, case: Case) -> Iterable[Sighting]:
    for process, exception in (*_failed_lookups(run, "__main__"), *_failed_imports(run)):
        if any(event.get("present") for event in process.of("main imported")):
            continue
        found = list(_lookup_sighting(run, process, exception, {"why": _why(run)}))
        if found:
            yield from found
            return


def _lookup_sighting(
    run: Run, process: Process, exception: dict[str, object], values: dict[str, str]
) -> Iterable[Sighting]:
    """Yield a sighting where the program gave a child what the child does not find in its main module."""
    asked = run.start_of(process) or _first_start(run, process)
    if asked is None:
        return
    parent, start = asked
    name = str(exception["text"]).partition("attribute '")[2].partition("'")[0]
    name = name or str(start["target"]).removeprefix("__main__.")
    name = name if name.isidentifier() else "the function"
    yield from sighting(
        run,
        _last_task(parent, process, start.at) or start.at,
        values={"name": name, **values},
        evidence={"child": process.role, "error": f"{exception['type']}: {exception['text']}", "name": name},
    )


def _first_start(run: Run, server: Process) -> tuple[Process, Event] | None:
    """Return the start() for which a fork server was made; it imports the main file before it has any child."""
    parent = run.parents[server.key] if server.role == "fork server" else None
    start = next((e for e in parent.of("start") if e["n"] in _failed_starts(parent)), None) if parent else None
    return (parent, start) if parent is not None and start is not None else None


def _failed_starts(parent: Process) -> set[int]:
    return {event["n"] for event in parent.of("start failed")}


def _failed_lookups(run: Run, module: str) -> Iterable[tuple[Process, dict[str, object]]]:
    """Yield the children that have not found a name in their main module, which has this name."""
    for process, event in run.events("unpickle failed", "child raised", "exit"):
        exception = event.get("exception") or event.get("uncaught")
        if exception and exception["type"] == "AttributeError" and f"module '{module}'" in exception["text"]:
            yield process, exception


def _failed_imports(run: Run) -> Iterable[tuple[Process, dict[str, object]]]:
    """Yield the children that have not found the main file: it was on standard input, or removed, or never a file."""
    for process, event in run.events("main import failed"):
        exception = event["exception"]
        if exception["type"] == "FileNotFoundError" and str(event["main"]) in exception["text"]:
            yield process, exception


def _last_task(parent: Process, child: Process, start: tuple[Place, ...]) -> tuple[Place, ...]:
    """Return from where the parent gave out its last task before the child failed."""
    end = child.events[-1].t
    given = [event for event in parent.of("task") if event.t <= end]
    return given[-1].at if given else ()


def _why(run: Run) -> str:
    first = run.program[1] if run.program and run.program[0].startswith("python") else (run.program or ("",))[0]
    if first == "-c":
        return "one that was given with -c"
    if first == "-":
        return "one on standard input"
    is_zipped = run.main_file is None and first != "pytest"
    if first == "-m" or is_zipped or (run.main_file and run.main_file.endswith("__main__.py")):
        return "a __main__.py"
    return "this one"


DEFINED_UNDER_GUARD = Cause(
    "defined-under-main-guard",
    explanation="{name} is defined under the main guard, or later. A child imports the main file again, which does not "
    "run that code, so the child does not find {name} and fails before it runs the target.",
    fix="Define {name} at the top level of the file, above the main guard.",
    claims=("main-file/defined-under-guard",),
    general_explanation="A function or a class is defined under the main guard, or later. A child imports the main "
    "file again, as __mp_main__, which does not run that code, so the child does not find the name and fails "
    "before it runs the target.",
    general_fix="Define the function or the class at the top level of the file, above the main guard.",
    look_for="a def or class below the main guard, or one that is typed in after the file was run (python -i)",
)


@rule(DEFINED_UNDER_GUARD)
def defined_under_guard(run: Run, case: Case) -> Iterable[Sighting]:
    for process, exception in _failed_lookups(run, "__mp_main__"):
        yield from _lookup_sighting(run, process, exception, {})
        return


START_METHOD_ALREADY_SET = Cause(
    "start-method-already-set",
    explanation="The start method can be set once, and it was settled before this call{where}.",
    fix="Call set_start_method() first under the main guard, or use multiprocessing.get_context(METHOD) and no "
    "global start method.",
    claims=("start-methods/start-method-is-set-once", "start-methods/start-method-settled-by-use"),
    general_explanation="The start method can be set once, and not any more after something has asked for it or has "
    "made a lock: an import can be enough.",
    general_fix="Call set_start_method() first under the main guard, or use multiprocessing.get_context(METHOD) and "
    "no global start method.",
)


@rule(START_METHOD_ALREADY_SET)
def start_method_already_set(run: Run, case: Case) -> Iterable[Sighting]:
    for process, _, exception in uncaught(run):
        if exception["type"] != "RuntimeError" or not raised_in(
            exception, "multiprocessing/context.py", "set_start_method"
        ):
            continue
        calls = [event for event in process.of("method set") if event.at]
        settled = next(
            (e for e in process.of("method set", "made", "pool", "start") if e.at and e not in calls[-1:]), None
        )
        place = run.nearest(settled.at) if settled else None
        yield from sighting(
            run,
            frames(exception),
            also=lines_of(settled),
            values={"where": f", at {run.path(place[0]).name}:{place[1]}" if place else ""},
            evidence={"error": exception["text"], "settled at": list(place) if place else None},
        )
        return


PRIMITIVE_MADE_AGAIN = Cause(
    "primitive-made-again",
    explanation="{name} is made at the top level of the main file. Each child imports that file again and makes a "
    "{what} of its own, so parent and child do not share it.",
    fix="Make {name} under the main guard, and pass it to the child as an argument (or by a pool's initializer).",
    claims=("main-file/top-level-primitives",),
    general_explanation="A Lock, Queue or other primitive is made at the top level of the main file. Each child "
    "imports that file again and makes one of its own, so parent and child do not share it.",
    general_fix="Make it under the main guard, and pass it to the child as an argument (or by a pool's initializer).",
)


@rule(PRIMITIVE_MADE_AGAIN)
def primitive_made_again(run: Run, case: Case) -> Iterable[Sighting]:
    if run.main is None or not case.unlike(run, numbers=True):
        return
    ours = {(place[0], place[1]) for event in run.main.of("made", "pipe") for place in event.at[:1]}
    for child in run.children():
        read = {key for event in child.of("state") if event["side"] == "child" for key in event["values"]}
        server = run.process(child.ppid, child.start)
        made = [*child.of("made"), *(server.of("made") if server and server.role == "fork server" else ())]
        for event in made:
            place = run.nearest(event.at)
            if not event.get("importing_main") or place is None or (place[0], place[1]) not in ours:
                continue
            name = assigned_at(run, place)
            if name is not None and f"__main__:{name}" in read:
                asked = run.start_of(child)
                yield Sighting(
                    str(run.path(place[0])),
                    place[1],
                    also=lines_of(asked[1] if asked else None),
                    values={"name": name, "what": _kind_of(child, name) or event["what"]},
                    evidence={"name": name, "child": child.pid},
                )
                return


def assigned_at(run: Run, place: Place) -> str | None:
    """Return the name that the statement on a line assigns, if it is one name; with its class, for that of a class."""
    try:
        tree = ast.parse(run.source(place[0]))
    except SyntaxError:
        return None
    return _assigned(tree.body, place[1])


def _assigned(body: Iterable[ast.stmt], line: int) -> str | None:
    for node in body:
        if not node.lineno <= line <= (node.end_lineno or node.lineno):
            continue
        if isinstance(node, ast.Assign):
            names = [target.id for target in node.targets if isinstance(target, ast.Name)]
            return names[0] if len(names) == 1 else None
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            return node.target.id
        if isinstance(node, ast.ClassDef) and (name := _assigned(node.body, line)) is not None:
            return f"{node.name}.{name}"
    return None


def _kind_of(child: Process, name: str) -> str | None:
    values = (event["values"].get(f"__main__:{name}") for event in child.of("state"))
    shown = next((value for value in values if value), None)
    return str(shown).strip("<>").partition(" ")[0] if shown else None


MAIN_REIMPORT_SIDE_EFFECTS = Cause(
    "main-reimport-side-effects",
    explanation="{importer} imports the main file again, and so runs this line of its top level once more: {effect}.",
    fix='Put what the program is to do once under `if __name__ == "__main__":`.',
    claims=("start/top-level-runs", "main-file/imports-repeated"),
    general_explanation="Each child imports the main file again under spawn and forkserver, so what its top level does "
    "(make a folder, bind a port, empty a file, start a program) happens once more per child.",
    look_for="a traceback that leads from multiprocessing/spawn.py to the top level of the main file",
)


@rule(MAIN_REIMPORT_SIDE_EFFECTS)
def import_of_the_main_file_fails(run: Run, case: Case) -> Iterable[Sighting]:
    for process, event in run.events("main import failed"):
        exception = event["exception"]
        stack = frames(exception)
        place = next((p for p in stack if p[2] == "<module>" and run.path(p[0]) == run.path(str(event["main"]))), None)
        if place is None or exception["type"] in _NOT_A_SIDE_EFFECT or not case.works_elsewhere(run):
            continue
        if any(e.get("importing_main") for e in process.of("start")):
            continue  # it starts processes, which is another cause
        shown = f"{exception['type']}: {exception['text']}".rstrip(": ")
        yield from _again(run, process, place, f"there it raises {shown}", {"error": shown})
        return


_NOT_A_SIDE_EFFECT = ("ImportError", "ModuleNotFoundError", "SyntaxError")


@rule(MAIN_REIMPORT_SIDE_EFFECTS)
def import_of_the_main_file_destroys(run: Run, case: Case) -> Iterable[Sighting]:
    if not case.unlike(run, numbers=True):
        return
    for process, event in run.events("import changed"):
        place = run.nearest(event.at)
        if place is not None and run.is_own(place[0]):
            effect = f"it {event['what']} {event['path']}, with {event['size']} bytes in it"
            # An emptied log does no harm: what differs may have another cause.
            evidence = {"what": event["what"], "path": event["path"]}
            yield from _again(run, process, place, effect, evidence, fallback=True)
            return


def _again(
    run: Run, process: Process, place: Place, effect: str, evidence: dict[str, str], fallback: bool = False
) -> Iterable[Sighting]:
    asked = run.start_of(process)
    importer = "The fork server" if process.role == "fork server" else "Each child"
    yield from sighting(
        run,
        [place],
        also=lines_of(asked[1] if asked else None),
        values={"importer": importer, "effect": effect},
        fallback=fallback,
        evidence={**evidence, "process": process.role},
    )
