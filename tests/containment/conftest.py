"""Fixtures: a sandbox of each mechanism of this system, and a miniature that must leave no process behind."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from procsem.containment import Mechanism, Sandbox

from .miniature import Miniature, eventually

collect_ignore = ["test_posix.py", "test_snapshot.py"] if sys.platform == "win32" else ["test_windows.py"]
collect_ignore += [] if sys.platform == "linux" else ["test_proc.py"]

MECHANISMS = {"linux": ["posix.linux", "posix.generic"], "win32": ["windows.sandbox"]}.get(
    sys.platform, ["posix.generic"]
)


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
