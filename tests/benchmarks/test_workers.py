"""Live workers end with their parent, in seconds: run among the ordinary tests, as the other machinery is."""

import os
import subprocess
import sys
import time
from contextlib import contextmanager

import psutil
import pytest

from procsem.bench.measure.parents import PARENT

PATIENCE = 30  # seconds

pytestmark = pytest.mark.seconds_long

OPERATIONS = {
    **{
        way: ["passing", f"way={way}", "size=1000000", "messages=12", "producers=3"]
        for way in ("queue", "simple queue", "pipe", "memory", "manager", "file")
    },
    "lock": ["under_lock", "lock=shared", "workers=2"],
    "cores": ["on_cores", "by=processes", "work=python"],
}


@contextmanager
def at_work(words, folder):
    """A lean parent whose workers have done a round, and the processes below it."""
    environment = {**os.environ, "TMPDIR": str(folder), "TEMP": str(folder)}
    command = [sys.executable, "-I", "-S", "-W", "ignore", str(PARENT), *words]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, **pipes, text=True, env=environment) as parent:
        try:
            assert parent.stdout.readline() == "'ready'\n"
            tell(parent, "go 1")
            assert parent.stdout.readline()[0] == "["
            below = psutil.Process(parent.pid).children(recursive=True)
            assert below
            yield parent, below
        finally:
            parent.kill()


def tell(parent, what):
    parent.stdin.write(what + "\n")
    parent.stdin.flush()


def wait_until(holds):
    """Whether it did hold, before patience came to its end."""
    deadline = time.monotonic() + PATIENCE
    while not (held := holds()) and time.monotonic() < deadline:
        time.sleep(0.02)
    return held


def cpu_seconds(processes):
    return sum(sum(process.cpu_times()[:2]) for process in processes)


def left(processes, folder):
    """The processes that are there, and the files, when none should be."""

    def found():
        return [*filter(lives, processes), *folder.iterdir()]

    wait_until(lambda: not found())
    return found()


def lives(process):
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE  # not everywhere does anybody reap
    except psutil.NoSuchProcess:
        return False


@pytest.mark.parametrize("operation", OPERATIONS)
def test_workers_end_with_a_parent_that_is_killed_at_work(operation, tmp_path):
    with at_work(OPERATIONS[operation], tmp_path) as (parent, below):
        at_rest = cpu_seconds(below)
        tell(parent, "go 100000")
        assert wait_until(lambda: cpu_seconds(below) > at_rest + 0.05)
        parent.kill()
        parent.wait()
        assert left(below, tmp_path) == []


@pytest.mark.parametrize("operation", ["queue", "memory", "manager", "file"])
def test_workers_end_with_a_parent_that_ends(operation, tmp_path):
    with at_work(OPERATIONS[operation], tmp_path) as (parent, below):
        _, errors = parent.communicate(timeout=PATIENCE)
        assert (parent.returncode, errors) == (0, "")
        assert left(below, tmp_path) == []
