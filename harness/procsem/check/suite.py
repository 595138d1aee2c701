"""The tests of a pytest run: how each ended under each start method, and which test a recorded line belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from attrs import frozen

from procsem.check.evidence import Event, Place, Process, Run

BAD = frozenset({"failed", "error", "not finished"})
"""Outcomes of a test that mean a problem."""
NOT_RUN = "not run"
"""The outcome of a test that another run has."""


@frozen
class Test:
    """One test in one run."""

    id: str
    outcome: str
    """As pytest names it (passed, failed, error, skipped, xfailed, xpassed), or ``not finished``."""
    process: str
    """The key of the process that ran the test."""
    began: float
    ended: float
    message: str = ""
    """The first line of the error."""

    __test__ = False  # pytest collects classes with such a name

    @property
    def is_bad(self) -> bool:
        """Return whether the test has a problem."""
        return self.outcome in BAD


def suite_tests(run: Run) -> tuple[Test, ...]:
    """Return the tests of a run in the order in which they began; of a repeated test, the last time.

    The tests of a pytest that a test starts are not part of the suite.
    """
    found: dict[str, Test] = {}
    for test in _outermost(run, sorted(_all(run), key=lambda each: each.began)):
        known = found.get(test.id)
        # A forked child that goes on with the rest of the suite by mistake does not count.
        if known is None or run.parents.get(test.process) is None or known.process == test.process:
            found[test.id] = test
    return tuple(found.values())


def _outermost(run: Run, tests: Sequence[Test]) -> Iterator[Test]:
    """Yield the tests of the processes that were not started during a test of another process."""
    programs = {process.key: process for process in run.processes if process.role == "program"}
    inner: dict[str, bool] = {}
    for test in tests:
        process, above = programs.get(test.process), run.parents[test.process]
        if process is not None and above is not None and test.process not in inner:
            inner[test.process] = running_test(run, tests, above, process.start) is not None
        if not inner.get(test.process, False):
            yield test


def _all(run: Run) -> Iterator[Test]:
    for process in run.processes:
        begun: dict[str, Event] = {}
        for event in process.of("test begun", "test", "collection failed"):
            if event.kind == "test begun":
                begun[event["id"]] = event
            elif event.kind == "test":
                begun.pop(event["id"], None)
                message = event["message"] or ""
                yield Test(event["id"], event["outcome"], process.key, event["began"], event.t, message)
            else:
                yield Test(event["id"], "error", process.key, event.t, event.t, event["message"] or "")
        for name, event in begun.items():
            yield Test(name, "not finished", process.key, event.t, float("inf"))


def running_test(run: Run, tests: Iterable[Test], process: Process, moment: float) -> Test | None:
    """Return the test that ran in a process, or in the nearest process above it that runs tests, at a moment.

    A process belongs to the test during which it was started.
    """
    by_process: dict[str, list[Test]] = {}
    for test in tests:
        by_process.setdefault(test.process, []).append(test)
    current: Process | None = process
    for _ in range(20):
        if current is None:
            return None
        for test in by_process.get(current.key, ()):
            if test.began <= moment <= test.ended:
                return test
        moment = current.start
        current = run.parents[current.key]
    return None


def concerned_tests(
    run: Run, stack: tuple[Place, ...], file: str, line: int, moments: Iterable[tuple[str, float]]
) -> tuple[str, ...]:
    """Return the tests in which something was recorded with this stack, or at this line if no stack is the same.

    The moments, keys of processes with times, decide where there are any. If some of several tests have a problem,
    only those are returned: they share the line with others.
    """
    tests = suite_tests(run)
    if not tests:
        return ()
    by_key = {process.key: process for process in run.processes}
    known = [(by_key[key], moment) for key, moment in moments]
    if not known:
        recorded = [(process, event, event.at) for process in run.processes for event in process.events]
        same = [(process, event.t) for process, event, at in recorded if at and at == stack]
        near = [
            (process, event.t)
            for process, event, at in recorded
            if any(number == line and str(run.path(name)) == file for name, number, _ in at)
        ]
        known = same or near
    found = {test.id: test for each in known if (test := running_test(run, tests, *each)) is not None}
    bad = [name for name, test in found.items() if test.is_bad]
    return tuple(bad or found)


@frozen
class Row:
    """One test under each start method."""

    id: str
    outcomes: Mapping[str, str]
    """The outcome by start method; a slash separates two different outcomes under one method."""
    messages: Mapping[str, str]
    """The first line of the error, by start method."""

    @property
    def differs(self) -> bool:
        """Return whether the outcome depends on the start method."""
        return len(set(self.outcomes.values())) > 1

    @property
    def is_bad(self) -> bool:
        """Return whether the test has a problem under some start method."""
        return any(outcome in BAD for each in self.outcomes.values() for outcome in each.split("/"))

    @property
    def only_under_fork(self) -> bool:
        """Return whether the test passes under fork, and has a problem under every other method."""
        others = [outcome for method, outcome in self.outcomes.items() if method != "fork"]
        return self.outcomes.get("fork") == "passed" and bool(others) and all(each in BAD for each in others)


@frozen
class Table:
    """The tests of one interpreter's runs."""

    python: str
    methods: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def shown(self) -> tuple[Row, ...]:
        """The rows that differ or have a problem."""
        return tuple(row for row in self.rows if row.differs or row.is_bad)

    @property
    def only_under_fork(self) -> tuple[str, ...]:
        """The tests that pass because of fork."""
        return tuple(row.id for row in self.rows if row.only_under_fork)


def table(runs: Iterable[Run]) -> Table | None:
    """Return the table of one interpreter's runs; None if no run has a test."""
    kept = [run for run in runs if not run.interventions]
    found: dict[str, dict[str, list[Test | None]]] = {}
    by_run = [(run, {test.id: test for test in suite_tests(run)}) for run in kept]
    for _, tests in by_run:
        for name in tests:
            found.setdefault(name, {})
    if not found:
        return None
    for run, tests in by_run:
        for name, outcomes in found.items():
            outcomes.setdefault(run.start_method, []).append(tests.get(name))
    rows = tuple(_row(name, outcomes) for name, outcomes in found.items())
    return Table(kept[0].python, tuple(dict.fromkeys(run.start_method for run in kept)), rows)


def _row(name: str, tests: Mapping[str, list[Test | None]]) -> Row:
    outcomes, messages = {}, {}
    for method, each in tests.items():
        outcomes[method] = "/".join(dict.fromkeys(test.outcome if test else NOT_RUN for test in each))
        message = next((test.message for test in each if test and test.message), "")
        if message:
            messages[method] = message
    return Row(name, outcomes, messages)
