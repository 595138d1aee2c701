"""``python -m procsem_dev.run_tests`` runs the whole test suite as fast as this machine allows: ``tox -e tests``.

The tests in ``PARALLEL`` only start short programs, so pytest-xdist runs them side by side. Those of the containment
mostly wait for time limits, so they run at the same time, one after the other, because their fork bombs share a limit
of processes. The others run one at a time after both: they compare durations, or use every CPU by themselves, as claims
and mutants do. With arguments it is plain ``pytest ARGUMENTS``.
"""

from __future__ import annotations

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from procsem.runner import default_jobs

PARALLEL = ("tests/project", "tests/dev", "tests/bench", "tests/browser", "tests/check", "tests/mutants", "tests/unit")
"""The folders in which tests need not run one at a time. A worker that has nothing left takes tests from another."""
ALONE = "tests/mutants/test_mutants.py"
"""A file in them whose cells use every CPU."""
WAITING = "tests/containment"
"""The folder of the tests that mostly wait."""
REPOSITORY = Path(__file__).parents[2]


def main(arguments: list[str]) -> int:
    """Run pytest and return its exit code, or that of the first part that failed."""
    if arguments:
        return _pytest(*arguments)
    began = time.monotonic()
    # pytest-benchmark measures nothing under xdist, and warns unless it is told so.
    side_by_side = ["-n", str(default_jobs()), "--dist", "worksteal", "--benchmark-disable", "--ignore", ALONE]
    with ThreadPoolExecutor(1) as beside:
        waiting = beside.submit(_run, "--durations=10", WAITING, output=subprocess.PIPE)
        codes = [_pytest("--durations=10", *side_by_side, *PARALLEL)]
    print("+ pytest --durations=10", WAITING, flush=True)
    sys.stdout.buffer.write(waiting.result().stdout)
    sys.stdout.flush()
    codes.append(waiting.result().returncode)
    codes.append(_pytest("--durations=10", *_alone()))
    print(f"the three parts of the tests took {time.monotonic() - began:.0f} s", flush=True)
    return next((code for code in codes if code), 0)


def _alone() -> list[str]:
    """Return what runs by itself: every other folder of tests, and the claims."""
    folders = sorted(f"tests/{folder.name}" for folder in (REPOSITORY / "tests").iterdir() if folder.is_dir())
    others = [name for name in folders if name not in {*PARALLEL, WAITING} and "__" not in name]
    return [*others, ALONE, "probes"]


def _pytest(*arguments: str) -> int:
    print("+ pytest", *arguments, flush=True)
    return _run(*arguments).returncode


def _run(*arguments: str, output: int | None = None) -> subprocess.CompletedProcess[bytes]:
    """Run pytest. Its standard output and standard error both go to ``output``; by default, to ours."""
    command = [sys.executable, "-m", "pytest", *arguments]
    stderr = None if output is None else subprocess.STDOUT
    return subprocess.run(command, cwd=REPOSITORY, check=False, stdout=output, stderr=stderr)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
