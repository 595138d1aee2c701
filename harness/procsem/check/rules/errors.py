"""Functions for rules about exceptions: which exceptions the program did not handle."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from procsem.check.evidence import Event, Place, Process, Run, places
from procsem.check.suite import suite_tests


def uncaught(run: Run) -> Iterator[tuple[Process, Event, dict[str, Any]]]:
    """Yield the exceptions that ended a process, a thread, a child or a test, with those that caused them.

    An error that a test is expected to have (xfail) is handled.
    """
    expected = {test.id for test in suite_tests(run) if not test.is_bad}
    for process, event in run.events("exit", "child raised", "thread raised", "test raised", "stacks"):
        if event.kind == "test raised" and event["test"] in expected:
            continue
        exception = event.get("exception") or event.get("uncaught")
        while exception:
            yield process, event, exception
            exception = exception.get("cause")


def is_uncaught(run: Run, exception: dict[str, Any]) -> bool:
    """Return whether this very exception ended a process, a thread, a child or a test."""
    names = ("id", "type", "text")  # the id of an exception that was handled may be used again
    return any(all(other.get(name) == exception.get(name) for name in names) for _, _, other in uncaught(run))


def frames(exception: dict[str, Any]) -> tuple[Place, ...]:
    """Return the frames of an exception, innermost first."""
    return tuple(reversed(places(exception["frames"])))


def raised_in(exception: dict[str, Any], file: str, *functions: str) -> bool:
    """Return whether the innermost frame of an exception is in one of these functions of a module of Python's."""
    innermost = frames(exception)[:1]
    return any(path.replace("\\", "/").endswith(file) and name in functions for path, _, name in innermost)
