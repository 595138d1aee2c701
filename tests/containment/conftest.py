"""Fixtures: a sandbox of each mechanism that this system has, and a miniature that leaves nothing behind."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from procsem.containment import Mechanism, Sandbox

from .outside import Miniature, eventually

collect_ignore = ["test_census.py", "test_posix.py"] if sys.platform == "win32" else ["test_windows.py"]

MECHANISMS = {"linux": ["posix.linux", "posix.generic"], "win32": ["windows.sandbox"]}.get(
    sys.platform, ["posix.generic"]
)


@pytest.fixture(scope="session", params=MECHANISMS)
def mechanism(request: pytest.FixtureRequest) -> Mechanism:
    """Each mechanism that can be had here; the one of other POSIX systems can be had on Linux too."""
    module: Mechanism = importlib.import_module(f"procsem.containment.{request.param}")
    return module


@pytest.fixture(scope="module")
def shared_slot(mechanism: Mechanism) -> Iterator[Sandbox]:
    """One sandbox for many tests, each of which must leave it fit for the next."""
    with mechanism.open_sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(mechanism: Mechanism) -> Iterator[Sandbox]:
    """A sandbox of the test's own."""
    with mechanism.open_sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def miniature(tmp_path: Path) -> Iterator[Miniature]:
    """A miniature in a folder of its own. The test fails if anything of it is there at the end."""
    miniature = Miniature(tmp_path)
    yield miniature
    left = miniature.census()
    miniature.end()
    assert eventually(lambda: not miniature.census(), within=5.0), "The test itself could not end it."
    assert not left
