"""``python -m procsem_dev.run_tests`` runs the whole test suite as fast as this machine allows: ``tox -e tests``.

The tests in ``PARALLEL`` only start short programs, so pytest-xdist runs them side by side. Those of the containment
and then those of the mutants run at the same time, because they mostly wait for time limits: the containment's one
after the other, because their fork bombs share a limit of processes, and the mutants' in their own scheduler. The
others run one at a time after all of these: they compare durations, or use every CPU by themselves, as claims do. With
arguments it is plain ``pytest ARGUMENTS``.
"""

from __future__ import annotations

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from procsem.runner import usable_cpus

PARALLEL = ("tests/project", "tests/dev", "tests/bench", "tests/browser", "tests/check", "tests/mutants", "tests/unit")
"""The folders in which tests need not run one at a time, those with the longest tests first."""
BY_FILE = ("--dist", "loadfile", "--no-loadscope-reorder")
"""A worker takes the next file when it has finished one. So the short tests come last, and all workers end together."""
MUTANTS = "tests/mutants/test_mutants.py"
"""A file in them that runs all its cells in one go, so one worker must have all of it."""
WAITING = ("tests/containment", MUTANTS)
"""The tests that mostly wait, in the order in which they run, each with a pytest of its own."""
REPOSITORY = Path(__file__).parents[2]


def main(arguments: list[str]) -> int:
    """Run pytest and return its exit code, or that of the first part that failed."""
    if arguments:
        return _pytest(*arguments)
    began = time.monotonic()
    # pytest-benchmark measures nothing under xdist, and warns unless it is disabled.
    side_by_side = ["-n", str(_workers()), *BY_FILE, "--benchmark-disable", "--ignore", MUTANTS]
    with ThreadPoolExecutor(1) as beside:  # one after the other: a fork bomb must be gone within seconds
        waiting = [beside.submit(_run, "--durations=10", part, output=subprocess.PIPE) for part in WAITING]
        codes = [_pytest("--durations=10", *side_by_side, *PARALLEL)]
        for part, run in zip(WAITING, waiting, strict=True):
            print("+ pytest --durations=10", part, flush=True)
            sys.stdout.buffer.write(run.result().stdout)
            sys.stdout.flush()
            codes.append(run.result().returncode)
    codes.append(_pytest("--durations=10", *_alone()))
    print(f"the {len(codes)} parts of the tests took {time.monotonic() - began:.0f} s", flush=True)
    return next((code for code in codes if code), 0)


def _workers() -> int:
    """Return the number of workers: one more than CPUs, because tests often wait for other processes.

    Measured on two CPUs: with three workers these parts took 408 s, with four 416 s, and with five 440 s, because the
    tests beside them were slower.
    """
    return usable_cpus() + 1


def _alone() -> list[str]:
    """Return what runs by itself: every other folder of tests, and the claims."""
    folders = sorted(f"tests/{folder.name}" for folder in (REPOSITORY / "tests").iterdir() if folder.is_dir())
    others = [name for name in folders if name not in {*PARALLEL, *WAITING} and "__" not in name]
    return [*others, "probes"]


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
