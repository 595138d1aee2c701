"""Measures operations in lean parents, in turn, and hands their durations to pytest-benchmark.

pytest itself is a heavy parent, and a fork pays for every page of it. So nothing is measured here: each operation
has a lean parent that times itself, and all parents of a group take turns, a few rounds at a time, the limit
among them. The durations are replayed to pytest-benchmark by a clock that they move.
"""

import ast
import os
import platform
import shutil
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import psutil
from attrs import field, frozen, mutable

from harness.report.bench import figures

HERE = Path(__file__).parent
PARENT = HERE / "lean" / "parent.py"
BY_HAND = HERE / "lean" / "by_hand.py"
LIMIT = "limit: vfork"
BATCH_SECONDS = 0.03  # how long one operation's turn shall last
MOST_ROUNDS = 20  # in one turn
FEWEST_PASSES = 4
_PATIENCE = 60  # seconds for one answer of a parent


@frozen
class Row:
    """One operation, measured in a parent of its own.

    ``program`` is what it runs: ``empty`` (built here) or ``true`` (the system's own). ``megabytes`` is the memory that
    its parent takes. What is ``heavy`` is left to the full profile.
    """

    name: str
    operation: str
    words: tuple[str, ...] = ()
    program: str = "true"
    megabytes: int = 10
    curve: str = ""
    series: str = ""
    x: float = 0
    unit: str = ""
    heavy: bool = False


@frozen
class Group:
    """Rows that are measured in turn with one another."""

    name: str
    rows: tuple[Row, ...]
    quick_seconds: float
    full_seconds: float

    def seconds(self, quick):
        return self.quick_seconds if quick else self.full_seconds


@mutable
class Measured:
    """The durations of one row in seconds, by pass; or why it was left out."""

    row: Row
    lacks: str | None = None
    passes: list = field(factory=list)
    context: dict = field(factory=dict)


class LeanParentFailed(Exception):
    """A lean parent ended or said something that is not an answer."""


LIMITS = tuple(Row(f"limit: {way}", way, program="empty") for way in ("vfork", "fork", "posix_spawn"))


class Programs:
    """The programs that are run: what the system's compiler makes of ours, and the system's own."""

    def __init__(self, folder):
        self.limit = self.empty = None
        self.lacks = self._build(folder)
        true = shutil.which("true")
        self.true = true or f"{os.environ.get('COMSPEC', 'cmd.exe')}|/d|/c|exit 0"

    def _build(self, folder):
        """Returns what is lacking, if anything is."""
        compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
        if os.name != "posix":
            return "the limit is measured by fork and vfork, which this system has not"
        if compiler is None:
            return "no C compiler (cc) is here to build the limit with"
        static = [] if sys.platform == "darwin" else ["-static", "-nostdlib"]
        for name, options in (("empty", static), ("limit", [])):
            built = subprocess.run(
                [compiler, "-O2", *options, "-o", str(folder / name), str(HERE / f"{name}.c")],
                capture_output=True,
                text=True,
            )
            if built.returncode:
                return f"cc cannot build {name}.c: {built.stderr.strip().splitlines()[:1]}"
        self.empty, self.limit = str(folder / "empty"), str(folder / "limit")
        return None

    def command(self, row):
        """The command line of the row's parent, or None where it cannot be had."""
        program = getattr(self, row.program)
        if program is None:
            return None
        if row in LIMITS:
            return [self.limit, row.operation, program]
        words = [*row.words, f"program={program}"]
        return [sys.executable, "-I", "-S", "-W", "ignore", str(PARENT), row.operation, *words]


class Parent:
    """A lean parent at the other end of two pipes."""

    def __init__(self, command):
        self.command = command
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        hello = self._answer()
        self.lacks = hello["lacks"] if isinstance(hello, dict) else None

    def go(self, rounds):
        return [duration / 1e9 for duration in self._ask(f"go {rounds}")]

    def context(self):
        return self._ask("context")

    def close(self):
        """The parent ends with its standard input. What it started ends with it, or is of one round."""
        self.process.stdin.close()
        try:
            self.process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()

    def _ask(self, what):
        self.process.stdin.write(what + "\n")
        self.process.stdin.flush()
        return self._answer()

    def _answer(self):
        line = self.process.stdout.readline()
        try:
            return ast.literal_eval(line)
        except (SyntaxError, ValueError):
            self.process.kill()
            raise LeanParentFailed(f"{' '.join(self.command)} said {line!r}; run it by hand") from None


class ByHand:
    """The loop that one writes by hand, started anew for each turn."""

    lacks = None

    def __init__(self, row):
        self.kind = row.words[0]

    def go(self, rounds):
        argv = [sys.executable, "-I", "-S", "-W", "ignore", str(BY_HAND), self.kind, str(rounds)]
        answer = subprocess.run(argv, stdout=subprocess.PIPE, check=True, text=True, timeout=_PATIENCE).stdout
        return [duration / 1e9 for duration in ast.literal_eval(answer)]

    def context(self):
        return {}

    def close(self):
        pass


def measure(rows, programs, seconds, say=lambda text: None):
    """Every row's durations, measured in turn for about so many seconds: Measured by the row's name."""
    measured = {row.name: Measured(row) for row in rows}
    with ExitStack() as stack:
        parents = dict(_start(measured, programs, stack))
        rounds = {name: _turn(parent) for name, parent in parents.items()}
        began = time.monotonic()
        passes = 0
        while passes < FEWEST_PASSES or time.monotonic() - began < seconds:
            for name, parent in parents.items():
                if rounds[name] > 1:
                    parent.go(1)  # the others have had the caches
                measured[name].passes.append(parent.go(rounds[name]))
            passes += 1
            say(f"pass {passes}, {time.monotonic() - began:.0f} of about {seconds:.0f} s")
        for name, parent in parents.items():
            measured[name].context = parent.context()
    return measured


def _start(measured, programs, stack):
    """The parents, those that take the least memory first; all of them stay within what is free."""
    room = 0.6 * psutil.virtual_memory().available / 2**20
    for name, each in sorted(measured.items(), key=lambda item: item[1].row.megabytes):
        row = each.row
        if row.megabytes > room:
            each.lacks = f"takes {row.megabytes} MB, and {room:.0f} MB are left for it"
            continue
        if row.operation == "by_hand":
            parent = ByHand(row)
        else:
            command = programs.command(row)
            if command is None:
                each.lacks = programs.lacks
                continue
            parent = Parent(command)
            stack.callback(parent.close)
        each.lacks = parent.lacks
        if not parent.lacks:
            room -= row.megabytes
            yield name, parent


def _turn(parent):
    """How many rounds the operation gets in a turn, by the fastest of some that warm it up and are not kept.

    One round alone may have been disturbed, and too short a turn would leave the operation without warm caches.
    """
    (once,) = parent.go(1)
    if once < 10 * BATCH_SECONDS:
        once = min(parent.go(3))
    return max(1, min(MOST_ROUNDS, int(BATCH_SECONDS / once)))


def machine():
    """What a run must share with another for their figures to be compared without a warning."""
    try:
        governor = Path("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor").read_text().strip()
    except OSError:
        governor = None
    return {
        "system": platform.system(),
        "kernel": platform.release(),
        "machine": platform.machine(),
        "cpu": _cpu(),
        "cpus": os.cpu_count(),
        "governor": governor,
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "load": os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
    }


def _cpu():
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or None
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), None)


class Lab:
    """Measures a group when the first of its rows is asked for."""

    def __init__(self, groups, programs, quick, say):
        self.groups, self.programs, self.quick, self.say = groups, programs, quick, say
        self.machine = machine()
        self.done = {}
        self.left_out = {}

    def group(self, name):
        """All that was measured of a group: Measured by row."""
        if name not in self.done:
            group = self.groups[name]
            rows = {row.name: row for row in (*LIMITS[:1], *group.rows) if not (self.quick and row.heavy)}
            self.done[name] = measure(
                rows.values(),
                self.programs,
                group.seconds(self.quick),
                lambda text: self.say(f"{name}: {len(rows)} rows, {text}"),
            )
        return self.done[name]

    def row(self, group, row):
        """One row; its ``lacks`` says why there is none."""
        left = self.quick and row.heavy
        found = Measured(row, "left to the full profile") if left else self.group(group)[row.name]
        if found.lacks:
            self.left_out[row.name] = found.lacks
        return found

    def notes(self, group, measured):
        """What is kept beside the durations."""
        row = measured.row
        limit = self.group(group)[LIMIT]
        durations = [duration for each in measured.passes for duration in each]
        notes = {
            "group": group,
            "row": row.name,
            "p10": figures.p10(durations),
            "rounds_by_pass": [len(each) for each in measured.passes],
            "limit": None,
            "context": {**measured.context, **self.machine},
        }
        if row.curve:
            notes |= {"curve": row.curve, "series": row.series, "x": row.x, "unit": row.unit}
        if not limit.lacks:
            ratio = figures.ratio(measured.passes, limit.passes)
            notes["limit"] = {"ratio": ratio.value, "low": ratio.low, "high": ratio.high}
        return notes


_now = 0.0


def clock():
    """The time that the replayed durations add up to."""
    return _now


def replay(benchmark, passes):
    """Give pytest-benchmark a round for each duration."""
    durations = iter([duration for each in passes for duration in each])

    def next_round():
        global _now
        _now += next(durations)

    benchmark.pedantic(next_round, rounds=sum(map(len, passes)), iterations=1)
