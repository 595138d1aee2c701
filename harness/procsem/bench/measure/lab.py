"""Measures operations in lean parents, in turn, and hands their durations to pytest-benchmark.

pytest itself is a heavy parent, and a fork pays for every page of it. So nothing is measured here: each operation
has a lean parent that times itself. All operations of a group take turns, a few rounds at a time, the limit among
them; each turn has a parent of its own, for no two processes lie in memory alike, and what one parent happens to cost
is not what a parent costs. The durations are replayed to pytest-benchmark by a clock that they move.
"""

import sys
import time
from statistics import fmean

import psutil
from attrs import field, frozen, mutable

from procsem.bench import statistics as figures
from procsem.bench.measure.machine import machine, running_elsewhere
from procsem.bench.measure.parents import BY_HAND, PARENT, MinimalParentError, Parent

LIMIT = "limit: vfork"
TURN_SECONDS = 0.03  # how long one operation's turn shall last
MOST_ROUNDS = 20  # in one turn
LIMIT_ROUNDS = 5  # in each of the limit's, of which there are many
FEWEST_PASSES = 5


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
    """The durations of one row in seconds, by pass; or why it was left out, or failed."""

    row: Row
    lacks: str | None = None
    failed: str | None = None
    rounds: int = 0
    passes: list = field(factory=list)
    contexts: list = field(factory=list)

    @property
    def measurable(self):
        return self.lacks is None and self.failed is None

    @property
    def context(self):
        """That of its parents, on average; None for what is not known."""
        known = {
            name: [context[name] for context in self.contexts if context[name] is not None]
            for name in (self.contexts[0] if self.contexts else ())
        }
        return {name: fmean(values) if values else None for name, values in known.items()}


LIMITS = tuple(Row(f"limit: {way}", way, program="empty") for way in ("vfork", "fork", "posix_spawn"))


def measure(rows, programs, seconds, say=lambda text: None, fewest=FEWEST_PASSES):
    """Every row's durations, measured in turn for about so many seconds: Measured by the row's name.

    The limit, to which all others are held, has a short turn before each of them. Every other pass goes backwards,
    so no row is always the one after another.
    """
    measured = {row.name: Measured(row) for row in rows}
    limit = measured.get(LIMIT)
    order = [each for each in measured.values() if each is not limit]
    began = time.monotonic()
    passes = 0
    while passes < fewest or time.monotonic() - began < seconds:
        for each in measured.values():
            each.passes.append([])
        for each in order:
            say(f"pass {passes + 1}, {time.monotonic() - began:.0f} of about {seconds:.0f} s")
            if limit:
                _take_turn(limit, programs, most=LIMIT_ROUNDS)
            _take_turn(each, programs)
        order.reverse()
        passes += 1
    for each in measured.values():
        if not each.measurable:
            each.passes.clear()  # rows are compared pass by pass
    return measured


def _take_turn(each, programs, most=MOST_ROUNDS):
    """A turn of one row, in a parent of its own; the first turn says how many rounds each has."""
    if not each.measurable:
        return
    each.lacks = _lacks(each.row, programs)
    if each.lacks:
        return
    elsewhere = running_elsewhere()
    try:
        with _parent(each.row, programs) as parent:
            each.lacks = parent.lacks
            if each.lacks:
                return
            warm_up = parent.go(1)
            each.rounds = each.rounds or _rounds(parent, warm_up, most)
            each.passes[-1] += parent.go(each.rounds)
            each.contexts.append({**parent.context(), "running_elsewhere": elsewhere})
    except MinimalParentError as failure:
        each.failed = str(failure)


def _lacks(row, programs):
    room = 0.6 * psutil.virtual_memory().available / 2**20
    if row.megabytes > room:
        return f"takes {row.megabytes} MB, and {room:.0f} MB are there for it"
    return programs.lacks if getattr(programs, row.program) is None else None


def _parent(row, programs):
    program = getattr(programs, row.program)
    if row in LIMITS:
        return Parent([programs.limit, row.operation, program])
    python = [sys.executable, "-I", "-S", "-W", "ignore"]
    if row.operation == "by_hand":
        return Parent([*python, str(BY_HAND), *row.words])
    return Parent([*python, str(PARENT), row.operation, *row.words, f"program={program}"])


def _rounds(parent, warm_up, most):
    """By the fastest of a few: one round alone may have been disturbed, and a short turn has colder caches."""
    (once,) = warm_up
    if once < 10 * TURN_SECONDS:
        once = min(parent.go(3))
    return max(1, min(most, int(TURN_SECONDS / once)))


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
        if limit.measurable:
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
