"""Record the programs again: ``python -m tests.check.record [--python EXE]... [PROGRAM]...``

Each program in ``programs/`` is checked with each interpreter, in an empty folder and a small environment. Its runs go
to ``evidence/PROGRAM.jsonl``, without the paths of this machine and without what no rule reads (store.py).
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

from procsem.check.evidence import Run, from_json, to_json
from procsem.check.session import Session, check
from procsem.check.target import parse
from tests.check import store

PROGRAMS = store.PROGRAMS
EVIDENCE = store.HERE / "evidence"
_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": "/tmp"}


def record(program: Path, pythons: list[str], timeout: float) -> list[Run]:
    """Check a program in an empty folder and return its runs, the interventions included."""
    home = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, program.name)
        if program.is_dir():
            shutil.copytree(program, copy)
        else:
            shutil.copy(program, copy)
        os.chdir(folder)
        try:
            target = parse([*words(program), program.name], Path(folder))
            runs = list(check(Session(target, tuple(pythons), timeout=timeout)).case.runs)
        finally:
            os.chdir(home)
        return [from_json(_plain(run, folder)) for run in runs]


def words(program: Path) -> list[str]:
    """Return what stands before the program on the command line."""
    return ["pytest", "-q"] if program.name.startswith("test_") else []


def _plain(run: Run, folder: str) -> str:
    """Return a run as JSON, without the paths of this machine."""
    info = run.main.info if run.main else None
    text = to_json(run)
    for path, name in (
        (folder, store.FOLDER.rstrip("/")),
        (str(info["stdlib"]).rstrip("/") if info else "", store.STDLIB.rstrip("/")),
        (run.python, f"/python/{run.implementation}-{'.'.join(map(str, run.version))}"),
        (str(Path(run.python).parent.parent), "/python"),
    ):
        if path:
            text = text.replace(json.dumps(path)[1:-1], name)
    return re.sub(r"/tmp/procsem-check-\w+", "/procsem", text)


def main() -> int:
    """Record programs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", action="append", default=[])
    parser.add_argument("--timeout", type=float, default=8.0)
    parser.add_argument("programs", nargs="*")
    options = parser.parse_args()
    os.environ.clear()
    os.environ.update(_ENVIRONMENT)
    pythons = [str(Path.cwd() / python) for python in options.python or [sys.executable]]
    names = options.programs or sorted(path.name for path in PROGRAMS.iterdir() if not path.name.startswith("__"))
    EVIDENCE.mkdir(exist_ok=True)
    for name in names:
        path = PROGRAMS / name
        runs = record(path, pythons, options.timeout)
        file = EVIDENCE / f"{path.stem}.jsonl"
        again = {run.python for run in runs}
        kept = [run for run in store.load(file) if run.python not in again] if file.exists() else []
        store.dump([*kept, *runs], file)
        print(f"{path.stem}: {len(runs)} runs, {file.stat().st_size // 1024} KB", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
