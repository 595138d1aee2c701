"""Recorded runs as small files: what no rule reads is left out, and one event is one line of JSON.

A file has, for each run, a line ``{"run": ...}``, then for each process a line ``{"process": ...}`` that is followed by
its events, ``[seconds since the program began, kind, fields]``. A place is written ``file:line:function``, where ``~``
is the standard library, and a relative file is in the folder of the program. The program's own text is read from
``programs/``.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from procsem.check.case import ending, without_names
from procsem.check.evidence import HELPERS, Event, Hang, Leak, Process, Run, Wait, Zombie, places
from procsem.check.suite import suite_tests

HERE = Path(__file__).parent
PROGRAMS = HERE / "programs"
FOLDER, STDLIB = "/work/", "/python/lib/"
"""What stands for the folder of the program and for the standard library in recorded runs."""
MOST_OUTPUT = 300
MOST_PROCESSES = 7
MOST_ALIKE = 6
"""Events of one kind from one line that are kept of a process."""

FIELDS: Mapping[str, tuple[str, ...]] = {
    "exit": ("how", "code", "uncaught", "offsets", "at"),
    "start": ("n", "target", "importing_main", "passed", "user", "at"),
    "started": ("n", "child", "method"),
    "spawned": ("child",),
    "start failed": ("n", "exception", "at"),
    "child": (),
    "child raised": ("exception",),
    "main import": (),
    "main imported": ("present",),
    "main import failed": ("main", "exception"),
    "import changed": ("what", "path", "size", "at"),
    "ended": ("child", "code"),
    "reaped": ("pid", "status", "dropped", "by", "at"),
    "no child": ("pid", "by", "through", "at"),
    "wait": ("what", "child", "object", "job", "at"),
    "waited": ("what", "child", "object", "job"),
    "gave up": ("timeout", "exception", "at"),
    "pickle failed": ("stage", "n", "task", "path", "culprit", "value", "exception", "at"),
    "unpickle failed": ("stage", "exception"),
    "made": ("what", "name", "handle", "context", "importing_main", "at"),
    "opened": ("what", "name", "handle", "at"),
    "open failed": ("what", "name", "exception", "at"),
    "dropped": ("name", "at"),
    "tracker removed": ("what", "name"),
    "pool": ("kind", "max_tasks", "at"),
    "task": ("job", "pool", "at"),
    "pool ended": ("open", "at"),
    "task failed": ("job", "pool", "callback", "exception"),
    "asked": ("job", "pool"),
    "initializer failed": ("exception",),
    "pipe": ("inodes", "at"),
    "state": ("side", "function", "values", "files"),
    "environment": ("values",),
    "environment set": ("key", "at"),
    "environment read": ("key", "at"),
    "intervention": ("name",),
    "copied": ("unflushed",),
    "manager": ("child", "at"),
    "manager ended": ("child", "at"),
    "proxy failed": ("child", "exception", "at"),
    "fork": ("threads", "unflushed", "offsets", "folders", "at"),
    "handler": ("signal", "installed_by", "installed_at"),
    "kill": ("pid", "signal", "at"),
    "program started": ("child", "argv", "inodes", "recorded", "at"),
    "port busy": ("port", "holders", "exception", "at"),
    "atexit": ("function", "file", "guarded", "by", "at"),
    "recursion limit": ("limit", "before", "at"),
    "logging": ("loggers", "disabled"),
    "logging set": ("at",),
    "logged": ("logger", "level", "enabled", "handled", "at"),
    "generator": ("name", "state"),
    "signal": ("signal", "handler", "at"),
    "atexit run": (),
    "method set": ("method", "at"),
    "context": ("method", "at"),
    "patched": ("owner", "name", "at"),
    "thread raised": ("exception",),
    "test begun": ("id",),
    "test": ("id", "outcome", "began", "message"),
    "collection failed": ("id", "message"),
    "test raised": ("test", "exception"),
    "stacks": ("threads", "held", "uncaught"),
    "recorder failed": ("inside", "exception"),
}
"""The fields of each kind of event that rules read. A new rule that reads more needs them here, and a new recording."""

_EXCEPTION = ("type", "text", "id", "frames", "cause")
_WITH_TRACEBACK = (
    "main import failed",
    "child raised",
    "thread raised",
    "test raised",
    "gave up",
    "initializer failed",
)
"""Kinds of which rules read the frames of the exception; of the others they read the innermost frame at most."""
_THREAD = {"name": "", "main": False, "frames": [], "facts": []}
_PLACE = re.compile(r"(.*):(\d+):(.*)", re.DOTALL)


def dump(runs: Iterable[Run], file: Path) -> None:
    """Write runs to a file."""
    file.write_text("".join(_line(item) for run in needed(runs) for item in _lines(run)), encoding="utf-8")


def load(file: Path) -> list[Run]:
    """Read the runs of a file."""
    runs: list[dict[str, Any]] = []
    for line in file.read_text(encoding="utf-8").splitlines():
        item = json.loads(line)
        if isinstance(item, list):
            runs[-1]["processes"][-1][1].append(item)
        elif "run" in item:
            runs.append({**item["run"], "processes": []})
        else:
            runs[-1]["processes"].append((item["process"], []))
    return [_run(data) for data in runs]


def _line(item: object) -> str:
    return json.dumps(item, ensure_ascii=True, separators=(",", ":")) + "\n"


# Writing


def needed(runs: Iterable[Run]) -> Iterator[Run]:
    """Yield the runs without those that repeat another one and came out the same: they show no noise."""
    seen: set[object] = set()
    for run in runs:
        output = "\n".join(map(without_names, run.output.splitlines()))
        key = (run.python, run.start_method, run.interventions, ending(run), output)
        if key not in seen:
            seen.add(key)
            yield run


def _lines(run: Run) -> Iterable[object]:
    begun = run.main.start if run.main else 0.0
    started = any(True for _ in run.events("program started"))
    head = {
        "program": run.program,
        "main_file": _short(run.main_file or ""),
        "python": run.python,
        "default_method": run.default_method,
        "start_method": run.start_method,
        "status": run.status,
        "exit_code": run.exit_code,
        "output": run.output[:MOST_OUTPUT],
        "hang": _hang(run.hang, begun) if run.hang else None,
        "pauses": [_hang(pause, begun) for pause in run.pauses] if started else [],
        "zombies": [
            [zombie.pid, zombie.parent, round(zombie.since - begun, 2), round(zombie.until - begun, 2)]
            for zombie in run.zombies
            if zombie.until > zombie.since
        ],
        "leaks": [[leak.pid, leak.name, leak.zombie] for leak in run.leaks],
        "interventions": run.interventions,
    }
    yield {"run": {name: value for name, value in head.items() if value or name == "exit_code"}}
    keeps = _Filter(run)
    for process in run.processes[:MOST_PROCESSES]:
        at = [_place(place) for place in process.info.at[:1]]
        yield {"process": [process.role, process.pid, process.ppid, round(process.start - begun, 4), *at]}
        alike: Counter[object] = Counter()
        events = [event for event in process.events[1:] if process.role not in HELPERS or event.kind != "exit"]
        for event in filter(keeps, events):
            key = (event.kind, event.at[:1])
            alike[key] += 1
            if alike[key] > MOST_ALIKE:
                continue
            data = keeps.fields(event)
            yield [round(event.t - begun, 4), event.kind, *([data] if data else [])]


class _Filter:
    """Decides which events of a run, and which fields of them, a rule may read."""

    def __init__(self, run: Run) -> None:
        self._begun = run.main.start if run.main else 0.0
        self._is_suite = bool(suite_tests(run))
        self._hangs = run.hang is not None
        set_by_program = (e for _, e in run.events("environment set") if e.at and e.at[0][0].startswith(FOLDER))
        self._variables = {event["key"] for event in set_by_program}
        self._names = {event["name"] for _, event in run.events("open failed", "tracker removed")}
        self._addresses = {wait.address for wait in run.hang.waits} if run.hang else set()
        self._addresses |= {event["handle"] for _, event in run.events("opened") if event["name"] is None}
        self._trackers = {process.pid for process in run.processes if process.first("tracker removed")}
        self._zombies = {zombie.pid for zombie in run.zombies}
        self._names_read = set(_names_read(run))
        self._made: set[object] = set()

    def __call__(self, event: Event) -> bool:
        """Return whether an event is kept."""
        by_program = bool(event.at) and tuple(event["by"] or ()) == event.at[0]
        match event.kind:
            case kind if kind not in FIELDS:
                return False
            case "spawned":
                return event["child"] in self._trackers
            case "reaped":
                return by_program or event["pid"] in self._zombies
            case "atexit":
                return by_program
            case "no child":
                return by_program or bool(event.at and event["through"])
            case "patched" | "program started":
                return any(place[0].startswith(FOLDER) for place in event.at)
            case "stacks":
                return self._hangs
            case "wait" | "waited":
                return self._hangs or event["what"] == "communicate"
            case "environment":
                return bool(self._variables)
            case "environment read" | "environment set":
                return event["key"] in self._variables
            case "dropped":
                return event["name"] in self._names
            case "opened":
                return bool(event.at) or event["handle"] in self._addresses
            case "made" | "pipe" if event["name"] not in self._names and event["handle"] not in self._addresses:
                return self._is_first(event)
        return True

    def _is_first(self, event: Event) -> bool:
        """Return whether no other event is from the same line: a queue makes several semaphores."""
        key = (event.kind, event["importing_main"], event.at[:1])
        if key in self._made or not event.at:
            return False
        self._made.add(key)
        return True

    def fields(self, event: Event) -> dict[str, Any]:
        """Return the fields that are kept, as they are written."""
        data = {}
        for name in FIELDS[event.kind]:
            value = event.data.get(name)
            if name == "handle" and value not in self._addresses:
                continue
            if name == "began":
                value = round(value - self._begun, 4)
            if name == "at" and value and value[0][0].startswith(FOLDER) and not self._is_suite:
                value = value[:1]  # rules look for the nearest place of the program's own
            if name == "values" and event.kind == "state":
                value = {key: shown for key, shown in value.items() if key in self._names_read}
            if name == "target" and value != "multiprocessing.pool.worker":
                continue  # rules ask only which children are workers of a pool
            if name == "values" and event.kind == "environment":
                value = {key: shown for key, shown in value.items() if key in self._variables}
            is_empty = value is None or (name in ("at", "threads", "unflushed", "offsets", "folders") and not value)
            if not is_empty and (name != "user" or event["importing_main"]):
                data[name] = _packed(name, value)
        if event.kind not in _WITH_TRACEBACK and "exception" in data:
            frames = data["exception"].pop("frames", [])
            data["exception"].pop("cause", None)
            data["exception"].update({"frames": frames[-1:]} if frames else {})
        return data


def _names_read(run: Run) -> Iterator[str]:
    """Yield the names that a child has with another value, and those of the main file that are no modules."""
    values: dict[str, set[object]] = {}
    for _, event in run.events("state"):
        for name, value in event["values"].items():
            values.setdefault(name, set()).add(value)
    for name, found in values.items():
        if len(found) > 1 or (name.startswith("__main__:") and not str(*found).startswith("<module ")):
            yield name


def _hang(hang: Hang, begun: float) -> dict[str, Any]:
    waits = [[w.pid, w.tid, w.call, w.endless, w.address, w.on, w.holders] for w in hang.waits]
    return {"proven": hang.proven, "t": round(hang.t - begun, 4), "alive": hang.alive, "waits": waits}


def _packed(name: str, value: Any) -> Any:
    if name in ("exception", "uncaught", "cause"):
        found = {key: _packed(key, value[key]) for key in _EXCEPTION if value.get(key)}
        if "frames" in found:
            found["frames"] = [place for place in found["frames"] if "-packages/" not in place]  # pytest's own
        if value["type"].endswith("RemoteTraceback"):
            found["text"] = ""  # the traceback in the other process, which has an event of its own
        return found
    if name == "files":
        return {module: _short(file) for module, file in value.items() if file}
    if name in ("at", "user", "frames", "installed_at", "inside"):
        return [_place(place) for place in value]
    if name == "by":
        return _place(value)
    if name == "threads":
        wanted = ("name", "main", "frames", "facts")
        threads = [_cut(thread) for thread in value if "frames" not in thread or thread["main"] or _serves(thread)]
        return [{key: _packed(key, thread[key]) for key in wanted if thread.get(key)} for thread in threads]
    return value


def _serves(thread: Mapping[str, Any]) -> bool:
    """Return whether a thread is not one of those with which a pool serves itself."""
    return any(file.startswith(FOLDER) or file.endswith("queues.py") for file, _, _ in thread["frames"])


def _cut(thread: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a thread without the frames from which the program itself was called."""
    frames = thread.get("frames", ())
    own = [number for number, (file, _, _) in enumerate(frames, 1) if file.startswith(FOLDER)]
    return {**thread, "frames": frames[: own[-1]]} if own else thread


def _place(place: Iterable[Any]) -> str:
    file, line, function = place
    return f"{_short(file)}:{line}:{function}"


def _short(file: str) -> str:
    if file.startswith(STDLIB):
        return "~" + file[len(STDLIB) :]
    return file[len(FOLDER) :] if file.startswith(FOLDER) else file


# Reading


def _run(data: dict[str, Any]) -> Run:
    processes = []
    for number, ((role, pid, ppid, t, *at), recorded) in enumerate(data.pop("processes")):
        head = {"pid": pid, "ppid": ppid, "role": role, "at": _unpacked("at", at), "stdlib": STDLIB}
        events = (Event(t, "process", head), *(_event(*event) for event in recorded))
        processes.append(Process(f"{pid}-{number}", pid, ppid, role, events))
    hang = data.pop("hang", None)
    implementation, _, release = data["python"].removeprefix("/python/").partition("-")
    return Run(
        program=tuple(data.pop("program")),
        cwd=FOLDER.rstrip("/"),
        main_file=_long(data.pop("main_file")) if "main_file" in data else None,
        version=tuple(map(int, release.split("."))),  # type: ignore[arg-type]
        implementation=implementation,
        platform="linux",
        output=data.pop("output", ""),
        processes=tuple(processes),
        hang=_unpacked_hang(hang) if hang else None,
        pauses=tuple(map(_unpacked_hang, data.pop("pauses", ()))),
        zombies=tuple(Zombie(*zombie) for zombie in data.pop("zombies", ())),
        leaks=tuple(Leak(*leak) for leak in data.pop("leaks", ())),
        interventions=tuple(data.pop("interventions", ())),
        sources=_sources(processes),
        seconds=0.0,
        cpu_seconds=None,
        peak_processes=0,
        **data,
    )


def _event(t: float, kind: str, data: Mapping[str, Any] | None = None) -> Event:
    return Event(t, kind, {name: _unpacked(name, value) for name, value in (data or {}).items()})


def _unpacked_hang(data: dict[str, Any]) -> Hang:
    waits = tuple(Wait(*wait[:-1], tuple(wait[-1])) for wait in data["waits"])
    return Hang(data["proven"], data["t"], waits, tuple(data["alive"]))


def _unpacked(name: str, value: Any) -> Any:
    if name in ("exception", "uncaught", "cause"):
        return {"frames": [], **{key: _unpacked(key, inner) for key, inner in value.items()}}
    if name in ("at", "user", "frames", "installed_at", "inside"):
        return [_full(place) for place in value]
    if name == "by":
        return _full(value)
    if name == "files":
        return {module: _long(file) for module, file in value.items()}
    if name == "threads":
        threads = ({key: _unpacked(key, inner) for key, inner in thread.items()} for thread in value)
        return [{**(_THREAD if "main" in thread or "frames" in thread else {}), **thread} for thread in threads]
    return value


def _full(text: str) -> list[Any]:
    match = _PLACE.fullmatch(text)
    assert match is not None, text
    return [_long(match[1]), int(match[2]), match[3]]


def _long(file: str) -> str:
    if file.startswith("~"):
        return STDLIB + file[1:]
    return file if file.startswith(("/", "<")) or not file else FOLDER + file


def _sources(processes: Iterable[Process]) -> dict[str, str]:
    """Return the texts of the program's files that its events name."""
    events = [event for process in processes for event in process.events]
    names = {place[0] for event in events for place in (*event.at, *places(event.get("user")))}
    return {
        name: path.read_text(encoding="utf-8")
        for name in sorted(names)
        if name.startswith(FOLDER) and (path := PROGRAMS / name[len(FOLDER) :]).is_file()
    }
