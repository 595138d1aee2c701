"""Fixtures: a sandbox of each mechanism of this system, and a miniature that must leave no process behind."""

from __future__ import annotations

import importlib
import sys
from collections import defaultdict
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from procsem.containment import Mechanism, Sandbox

from . import guarantees
from .miniature import Miniature, eventually

collect_ignore = (
    ["test_ordinary_user.py", "test_posix.py", "test_snapshot.py"] if sys.platform == "win32" else ["test_windows.py"]
)
collect_ignore += [] if sys.platform == "linux" else ["test_proc.py"]

MECHANISMS = {"linux": ["posix.linux", "posix.generic"], "win32": ["windows.sandbox"]}.get(
    sys.platform, ["posix.generic"]
)


_OUTCOMES = pytest.StashKey[defaultdict[tuple[str, str], list[str]]]()
"""By mechanism and test, the outcomes in this session."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--guarantees", type=Path, metavar="FILE", help="Add the outcomes by mechanism and user to FILE.")


def pytest_configure(config: pytest.Config) -> None:
    outcomes: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    config.stash[_OUTCOMES] = outcomes


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if isinstance(item, pytest.Function) and hasattr(item, "callspec") and "mechanism" in item.callspec.params:
        outcomes = item.config.stash[_OUTCOMES][str(item.callspec.params["mechanism"]), item.originalname]
        if report.when == "call" or not report.passed:
            words = {"passed": guarantees.HELD, "skipped": guarantees.SKIPPED}
            outcomes.append(words.get(report.outcome, guarantees.FAILED))
    return report


def pytest_sessionfinish(session: pytest.Session) -> None:
    file: Path | None = session.config.getoption("--guarantees", default=None)
    if file:
        seen: dict[str, dict[str, str]] = defaultdict(dict)
        for (mechanism, test), outcomes in session.config.stash[_OUTCOMES].items():
            seen[mechanism][test] = guarantees.worst(outcomes)
        guarantees.add(file, [{**guarantees.place(name), "outcomes": tests} for name, tests in seen.items()])


@pytest.fixture(scope="session", params=MECHANISMS)
def mechanism(request: pytest.FixtureRequest) -> Mechanism:
    """Each mechanism that works here. The generic POSIX mechanism works on Linux too."""
    module: Mechanism = importlib.import_module(f"procsem.containment.{request.param}")
    return module


@pytest.fixture(scope="module")
def shared_sandbox(mechanism: Mechanism) -> Iterator[Sandbox]:
    """One sandbox for many tests, each of which must leave it usable for the next one."""
    with mechanism.open_sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(mechanism: Mechanism) -> Iterator[Sandbox]:
    """A sandbox for one test."""
    with mechanism.open_sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def miniature(tmp_path: Path) -> Iterator[Miniature]:
    """A miniature in its own folder. The test fails if a process of it is left at the end."""
    miniature = Miniature(tmp_path)
    yield miniature
    left = miniature.processes()
    miniature.end()
    assert eventually(lambda: not miniature.processes(), within=5.0), "the test itself could not kill its processes"
    assert not left
