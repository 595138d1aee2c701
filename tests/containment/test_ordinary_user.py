"""The whole contract, tested by a harness that an ordinary user runs. The other tests here are often run by root."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from . import guarantees

assert sys.platform != "win32"  # conftest.py leaves this module out elsewhere

ROOT = Path(__file__).parents[2]
NOBODY = 65534


@pytest.fixture
def readable() -> Iterator[Path]:
    """A folder that an ordinary user may use, with copies of the containment, of its tests, and of their packages."""
    # Only root can access the folders of pytest, and often those of the checkout.
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for source in "harness/procsem", "tests/containment":
            shutil.copytree(ROOT / source, folder / source, ignore=shutil.ignore_patterns("__pycache__"))
        packages = folder / "packages"
        packages.mkdir()
        for module in {name.partition(".")[0] for name in sys.modules} - {"procsem"}:
            file = Path(getattr(sys.modules.get(module), "__file__", None) or "")
            if "site-packages" in file.parts:
                if file.name == "__init__.py":
                    shutil.copytree(file.parent, packages / module, ignore=shutil.ignore_patterns("__pycache__"))
                else:
                    shutil.copy(file, packages)
        for path in [folder, *folder.rglob("*")]:
            os.chown(path, NOBODY, NOBODY)
        yield folder


@pytest.mark.skipif(os.getuid() != 0, reason="needs root, to become another user")
def test_the_contract_holds_for_an_ordinary_user(readable: Path, request: pytest.FixtureRequest) -> None:
    python = _python(readable)
    seen = readable / "guarantees.json"
    command = [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", "--rootdir", str(readable)]
    command += ["--basetemp", str(readable / "temporary"), "--guarantees", str(seen), "tests/containment"]
    done = _as_nobody(command, readable, timeout=1800)
    runs = json.loads(seen.read_text()) if seen.exists() else []
    file = request.config.getoption("--guarantees")
    if file:
        guarantees.add(file, runs)
    assert done.returncode == 0, done.stdout + done.stderr
    assert {run["user"] for run in runs} == {"an ordinary user"}
    assert all(set(run["outcomes"].values()) >= {guarantees.HELD} for run in runs)


def _as_nobody(command: list[str], folder: Path, timeout: float) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": os.pathsep.join([str(folder / "packages"), str(folder / "harness")]),
    }
    return subprocess.run(
        command,
        cwd=folder,
        env=environment,
        user=NOBODY,
        group=NOBODY,
        extra_groups=[],
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


def _python(folder: Path) -> str:
    """Return an interpreter of our version that an ordinary user may execute; the copied packages are for it."""
    check = f"import sys, psutil, pytest; sys.exit(sys.implementation.cache_tag != {sys.implementation.cache_tag!r})"
    for candidate in (sys.executable, getattr(sys, "_base_executable", ""), "/usr/bin/python3"):
        try:
            if candidate and _as_nobody([candidate, "-c", check], folder, timeout=60).returncode == 0:
                return candidate
        except OSError:
            pass
    pytest.skip("needs a Python of this version that an ordinary user may execute")
