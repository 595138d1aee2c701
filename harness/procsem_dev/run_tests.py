"""``python -m procsem_dev.run_tests`` runs the whole test suite as fast as this machine allows: ``tox -e tests``.

The tests in ``PARALLEL`` only start short programs, so pytest-xdist runs them side by side. The others run one at a
time after them: they compare durations, start fork bombs, or use every CPU by themselves, as claims and mutants do.
With arguments it is plain ``pytest ARGUMENTS``.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from procsem.runner import default_jobs

PARALLEL = ("tests/project", "tests/dev", "tests/bench", "tests/browser", "tests/check", "tests/unit")
"""The folders in which tests need not run one at a time. A worker that has nothing left takes tests from another."""
REPOSITORY = Path(__file__).parents[2]


def main(arguments: list[str]) -> int:
    """Run pytest and return its exit code, or that of the first part that failed."""
    if arguments:
        return _pytest(*arguments)
    began = time.monotonic()
    # pytest-benchmark measures nothing under xdist, and warns unless it is told so.
    side_by_side = ["-n", str(default_jobs()), "--dist", "worksteal", "--benchmark-disable"]
    codes = [
        _pytest("--durations=10", *side_by_side, *PARALLEL),
        _pytest("--durations=10", *_alone()),
    ]
    print(f"both parts of the tests took {time.monotonic() - began:.0f} s", flush=True)
    return next((code for code in codes if code), 0)


def _alone() -> list[str]:
    """Return what is not run side by side: every other folder of tests, and the claims."""
    folders = sorted(f"tests/{folder.name}" for folder in (REPOSITORY / "tests").iterdir() if folder.is_dir())
    return [name for name in folders if name not in PARALLEL and "__" not in name] + ["probes"]


def _pytest(*arguments: str) -> int:
    command = [sys.executable, "-m", "pytest", *arguments]
    print("+ pytest", *arguments, flush=True)
    return subprocess.run(command, cwd=REPOSITORY, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
