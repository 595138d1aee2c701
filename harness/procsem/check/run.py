"""Run the program once under one start method, contained and recorded."""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from attrs import evolve, field, frozen

from procsem.check import shared, watch
from procsem.check.evidence import (
    HELPERS,
    Event,
    Hang,
    Leak,
    Process,
    Run,
    Zombie,
    read_events,
    read_record,
    record_files,
)
from procsem.check.rules.errors import frames, uncaught
from procsem.check.target import Target
from procsem.containment import Ending, Sandbox, Status, Task, open_sandbox
from procsem.environment import Identity
from procsem.errors import ProcsemError

_RECORDER = Path(__file__).parent / "recorder"
_LOOK = 0.2
"""Seconds between two looks at the processes."""
_STILL = 1.0
"""Seconds for which nothing may have happened before a deadlock is considered."""
_ANSWER = 1.5
"""Seconds that processes have to write their stacks."""
_GRACE_PERIOD = 5.0
_OUTPUT = 1 << 20
_FILES = 50
_PAUSES = 20
"""Times that a standstill is kept of a program that goes on later."""
_FILE_SIZE = 1 << 20


class CheckError(ProcsemError):
    """Raised when the program cannot be checked; the message is one line."""


@frozen
class Request:
    """One run to make."""

    target: Target
    python: Identity
    start_method: str
    default_method: str
    timeout: float = 60.0
    stdin: Path | None = None
    copy: bool = False
    interventions: tuple[str, ...] = field(default=())
    cost: bool = False
    """True to record imports and memory as well."""


def run_once(request: Request) -> Run:
    """Run the program and return what was recorded. Nothing of its tree is left when this returns.

    Raises :class:`CheckError` when the program cannot be run, and ContainmentError when its end cannot be ensured.
    """
    with _scratch_errors():
        scratch = Path(tempfile.mkdtemp(prefix="procsem-check-"))
    try:
        return _run(request, scratch)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


@contextlib.contextmanager
def _scratch_errors() -> Iterator[None]:
    """Raise :class:`CheckError` where files for the run cannot be made."""
    try:
        yield
    except OSError as error:
        # copytree() collects its errors as (source, destination, text).
        first = error.args[0][0][2] if isinstance(error, shutil.Error) and error.args[0] else None
        raise CheckError(
            f"cannot make the files of a run: {first or error}; free some space, or name another folder in TMPDIR"
        ) from error


def _run(request: Request, scratch: Path) -> Run:
    events = scratch / "events"
    settings = [*request.interventions, *(["cost=1"] if request.cost else [])]
    cwd = Path.cwd()
    with _scratch_errors():
        env = recorder_environment(scratch, request.start_method, settings)
        if request.copy:
            cwd = scratch / "copy" / cwd.name
            shutil.copytree(Path.cwd(), cwd, symlinks=True)
        command = request.target.command(request.python.executable, scratch)
    task = Task(
        argv=_with_stdin(command, request.stdin),
        cwd=str(cwd),
        env=env,
        token=secrets.token_hex(4),
        timeout=request.timeout + 3 * _ANSWER,
        grace_period=_GRACE_PERIOD,
        output_limit=_OUTPUT,
    )
    with open_sandbox() as sandbox:
        watcher = _Watcher(sandbox, events, request.timeout)
        watcher.start()
        try:
            ending = sandbox.run(task)
        finally:
            watcher.stop()
    if ending.status is Status.NOT_STARTED:
        raise CheckError(f"{request.python.executable}: does not start: {ending.reason}")
    ended_by_us = ending.status in (Status.CANCELLED, Status.TIMED_OUT)
    hang = watcher.hang if ended_by_us else None  # it may have ended by itself while its stacks were being written
    if request.copy:
        _name_originals(events, cwd)
    run = _evidence(request, ending, hang, events, Path.cwd(), cwd)
    shared.remove(run.processes)
    return evolve(run, pauses=tuple(watcher.pauses), zombies=watcher.zombies())


def recorder_environment(scratch: Path, start_method: str, settings: Iterable[str] = ()) -> dict[str, str]:
    """Return the environment in which Python programs are recorded, and put the recorder and a folder into scratch."""
    recorder, events = scratch / "recorder", scratch / "events"
    events.mkdir()
    shutil.copytree(_RECORDER, recorder, ignore=shutil.ignore_patterns("__init__.py", "__pycache__", "*.md"))
    env = dict(os.environ)
    env["PYTHONPATH"] = os.pathsep.join(filter(None, [str(recorder), env.get("PYTHONPATH")]))
    env["PROCSEM_CHECK"] = "|".join([start_method, f"signal={watch.stack_signal()}", *settings, str(events)])
    return env


def _name_originals(events: Path, copy: Path) -> None:
    """Have the events name the user's own files instead of those in the copy of the working directory."""
    inside, outside = (json.dumps(str(folder))[1:-1] for folder in (copy, Path.cwd()))
    for _, _, path in record_files(events):
        path.write_text(read_record(path).replace(inside, outside), encoding="utf-8")


def _with_stdin(command: list[str], stdin: Path | None) -> list[str]:
    if stdin is None:
        return command
    if sys.platform == "win32":
        raise CheckError("--stdin: is not supported on Windows yet")
    # The shell replaces itself, so the program has its pid and its environment.
    return ["/bin/sh", "-c", 'exec "$@" < "$0"', str(stdin.resolve()), *command]


def _evidence(request: Request, ending: Ending, hang: Hang | None, events: Path, cwd: Path, ran_in: Path) -> Run:
    processes, errors = read_events(events)
    if any(events.glob("lost-*")):
        errors += ("events could not be written, so causes may be missing; is the disk of TMPDIR full?",)
    errors += tuple(path.read_text(errors="replace").strip() for path in events.parent.glob("recorder/error-*.txt"))
    code = ending.code
    if ending.status is Status.SIGNALLED and code is not None:
        code = -code
    output = _without_recorder(ending.output.decode("utf-8", "backslashreplace"), str(events.parent))
    output = output.replace(str(ran_in), str(cwd)).replace(str(events.parent), "/procsem")  # it has a random name
    run = Run(
        program=request.target.words,
        cwd=str(cwd),
        main_file=request.target.main_file,
        python=request.python.executable,
        version=request.python.version,
        implementation=processes[0].info.get("implementation", "") if processes else "",
        platform=request.python.platform,
        default_method=request.default_method,
        start_method=request.start_method,
        status=("deadlock" if hang.proven else "timed out") if hang else str(ending.status),
        exit_code=None if hang else code,
        seconds=round(ending.seconds, 3),
        cpu_seconds=ending.cpu_seconds,
        peak_processes=ending.peak,
        output=output,
        processes=processes,
        hang=hang,
        leaks=tuple(Leak(leak.pid, leak.name, leak.zombie) for leak in ending.leaked),
        reason=ending.reason,
        recorder_errors=errors,
        interventions=request.interventions,
    )
    return evolve(run, sources=_sources(run))


def _sources(run: Run) -> dict[str, str]:
    """Return the text of the program's own files that the events name."""
    names = {place[0] for process in run.processes for event in process.events for place in event.at}
    names |= {file for _, event in run.events("state") for file in (event["files"] or {}).values() if file}
    names |= {place[0] for _, _, exception in uncaught(run) for place in frames(exception)}
    if run.main_file:
        names.add(run.main_file)
    found: dict[str, str] = {}
    for name in sorted(names):
        path = run.path(name)
        with contextlib.suppress(OSError):
            if run.is_own(name) and len(found) < _FILES and path.is_file() and path.stat().st_size < _FILE_SIZE:
                found[str(path)] = path.read_text(encoding="utf-8", errors="replace")
    return found


def _without_recorder(output: str, scratch: str) -> str:
    """Return the output without the recorder's frames in tracebacks."""
    kept = []
    skipping = False
    for line in output.splitlines(keepends=True):
        if line.lstrip(" |+-").startswith("File ") and f"{scratch}{os.sep}recorder" in line:
            skipping = True
        elif not (skipping and line.startswith("    ")):
            skipping = False
            kept.append(line)
    return "".join(kept)


class _Watcher(threading.Thread):
    """Looks at the program while it runs; ends it when a deadlock is proven, or at the timeout, with all stacks."""

    def __init__(self, sandbox: Sandbox, events: Path, timeout: float) -> None:
        super().__init__(daemon=True)
        self.hang: Hang | None = None
        self.pauses: list[Hang] = []
        self._sandbox = sandbox
        self._events = events
        self._timeout = timeout
        self._done = threading.Event()
        self._begun = time.monotonic()
        self._zombies: dict[tuple[int, int], tuple[float, float]] = {}

    def zombies(self) -> tuple[Zombie, ...]:
        """Return the processes that were seen as zombies."""
        return tuple(Zombie(*pair, *times) for pair, times in self._zombies.items())

    def _note_zombies(self, seen: watch.Sample, now: float) -> None:
        for pair in seen.zombies:
            since, _ = self._zombies.get(pair, (now, now))
            self._zombies[pair] = (since, now)

    def stop(self) -> None:
        """Stop watching."""
        self._done.set()
        self.join()

    def run(self) -> None:
        before: watch.Sample | None = None
        since = time.monotonic()
        shown = False
        while not self._done.wait(_LOOK):
            now = time.monotonic()
            root = self._root()
            seen = watch.sample(root) if root else None
            if seen is not None:
                self._note_zombies(seen, now)
            if seen is None or not seen.same_as(before):
                before, since, shown = seen, now, False
            over = now - self._begun >= self._timeout
            still = seen is not None and now - since >= _STILL
            proven = still and seen is not None and self._proves(seen)
            if still and seen is not None and not shown and len(self.pauses) < _PAUSES:
                self.pauses.append(self._standstill(seen, False, now))
                shown = True
            if over or proven:
                self._end(root, proven)
                return

    def _root(self) -> int | None:
        """Return the process below which the program runs: the parent of its first process."""
        for _, _, first in record_files(self._events)[:1]:
            line = read_record(first).partition("\n")[0]
            with contextlib.suppress(ValueError):
                return int(line.partition('"ppid":')[2].partition(",")[0])
        return None

    def _proves(self, seen: watch.Sample) -> bool:
        processes, _ = read_events(self._events)
        helpers = frozenset(process.pid for process in processes if process.role in HELPERS)
        own = [process for process in processes if process.pid not in helpers]
        sensitive = any(_may_wake(event) for process in own for event in process.of("signal", "timer"))
        return watch.proves_deadlock(seen, helpers, sensitive, _pairs(processes))

    def _end(self, root: int | None, proven: bool) -> None:
        moment = time.monotonic()
        seen = watch.sample(root) if root else None
        self._ask_for_stacks()
        self.hang = self._standstill(seen, proven, moment) if seen is not None else Hang(proven, moment)
        self._sandbox.cancel()

    def _standstill(self, seen: watch.Sample, proven: bool, moment: float) -> Hang:
        processes, _ = read_events(self._events)
        ends = watch.holders(seen.waits, seen.alive, _pairs(processes))
        waits = (
            evolve(wait, holders=tuple(sorted({pid for name in wait.on.split() for pid in ends.get(name, ())})))
            for wait in seen.waits
        )
        return Hang(proven, moment, tuple(waits), seen.alive)

    def _ask_for_stacks(self) -> None:
        number = watch.stack_signal()
        if not number:
            return
        asked: dict[Path, int] = {}
        newest = {pid: path for pid, _, path in record_files(self._events)}
        for pid, path in newest.items():
            if watch.catches(pid, number):
                asked[path] = len(read_record(path))
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, number)
        until = time.monotonic() + _ANSWER
        while asked and time.monotonic() < until and not self._done.wait(0.02):
            asked = {path: size for path, size in asked.items() if '"k":"stacks"' not in read_record(path)[size:]}


def _may_wake(event: Event) -> bool:
    """Return whether a signal may still come for which the program has a handler of its own."""
    if event.kind == "timer":
        return True
    usual = ("SIG_DFL", "SIG_IGN", "default_int_handler")
    return event["handler"] not in usual and event["signal"] != getattr(signal, "SIGCHLD", None)


def _pairs(processes: Iterable[Process]) -> dict[str, str]:
    """Return the sockets of multiprocessing.Pipe(), each with its other end."""
    found = {}
    for process in processes:
        for event in process.of("pipe"):
            one, other = (f"socket:[{inode}]" for inode in event["inodes"])
            found.update({one: other, other: one})
    return found


def require_pytest(python: str) -> None:
    """Raise :class:`CheckError` if an interpreter has no pytest."""
    if not _finds(python, "pytest"):
        raise CheckError(f"{python}: has no pytest; install it there: {python} -m pip install pytest")


def require_module(python: str, name: str) -> None:
    """Raise :class:`CheckError` if an interpreter finds no such module from here. Imports nothing of the program."""
    top = name.partition(".")[0]
    if not _finds(python, top):
        raise CheckError(
            f"-m {name}: {python} finds no module {top}; look at the spelling, or run procsem in the folder that has it"
        )


_REFUSED = re.compile(r"^(?:ERROR: (?!usage:)|.*: error: ).+", re.MULTILINE)
"""The line with which pytest says what is wrong with its arguments."""


def require_start(request: Request, run: Run) -> None:
    """Raise :class:`CheckError` if the first run of an interpreter shows that the program cannot be started at all."""
    target, python = request.target, request.python.executable
    last = run.output.rstrip().rpartition("\n")[2]
    if target.kind == "pytest" and run.exit_code == 4:  # pytest.ExitCode.USAGE_ERROR
        # Standard output, with the summary, may come before or after standard error, with the reason.
        reasons = _REFUSED.findall(run.output)
        raise CheckError(f"pytest refuses its arguments: {reasons[-1] if reasons else last}")
    if run.exit_code != 1 or run.children():
        return
    if target.kind == "module" and not _finds(python, target.arguments[1]):
        raise CheckError(f"-m {target.arguments[1]}: {last}")
    if target.main_file is not None and (fault := _syntax_error(python, target.main_file)):
        raise CheckError(f"{target.main_file}:{fault}; {python} cannot run it")


def _syntax_error(python: str, file: str) -> str:
    """Return line and text of an error for which an interpreter cannot compile a file; nothing if it can."""
    code = (
        "import sys\ntry: compile(open(sys.argv[1], 'rb').read(), sys.argv[1], 'exec', dont_inherit=True)\n"
        "except SyntaxError as error: print('%s: %s: %s' % (error.lineno, type(error).__name__, error.msg))"
    )
    done = subprocess.run([python, "-c", code, file], capture_output=True, text=True, timeout=60, check=False)
    return done.stdout.strip()


def _finds(python: str, name: str) -> bool:
    """Return whether an interpreter finds a module, without an import of the packages that it is in."""
    code = (
        "import sys, importlib.util as u, importlib.machinery as m\n"
        "parts = sys.argv[1].split('.')\n"
        "spec = u.find_spec(parts[0])\n"
        "for n in range(1, len(parts)):\n"
        "    if spec is None or spec.submodule_search_locations is None: break\n"
        "    spec = m.PathFinder.find_spec('.'.join(parts[:n + 1]), spec.submodule_search_locations)\n"
        "sys.exit(spec is None)"
    )
    return not subprocess.run([python, "-c", code, name], capture_output=True, timeout=60, check=False).returncode


def default_method(python: str) -> str:
    """Return the start method that an interpreter has by itself."""
    code = "import multiprocessing as m; print(m.get_start_method())"
    try:
        done = subprocess.run([python, "-I", "-c", code], capture_output=True, text=True, timeout=60, check=True)
    except (OSError, subprocess.SubprocessError) as error:
        raise CheckError(f"{python}: cannot import multiprocessing: {error}") from error
    return done.stdout.strip()
