"""Live workers end with their parent, however it ends, and leave no files behind."""

import os
import subprocess
import sys
import time
from contextlib import contextmanager

import psutil
import pytest

from procsem.bench.measure.parents import MINIMAL

TIMEOUT = 30  # seconds

OPERATIONS = {
    **{
        channel: ["messages", f"channel={channel}", "size=1000000", "messages=12", "producers=3"]
        for channel in ("queue", "simple queue", "pipe", "memory", "manager", "file")
    },
    "lock": ["under_lock", "lock=shared", "workers=2"],
    "cores": ["on_cores", "by=processes", "work=python"],
}


@contextmanager
def working_parent(words, folder):
    """A minimal parent whose workers have done a round, and the processes below it."""
    environment = {**os.environ, "TMPDIR": str(folder), "TEMP": str(folder)}
    command = [sys.executable, "-I", "-S", "-W", "ignore", str(MINIMAL / "parent.py"), *words]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, **pipes, text=True, env=environment) as parent:
        try:
            assert parent.stdout.readline() == "'ready'\n"
            send(parent, "go 1")
            assert parent.stdout.readline()[0] == "["
            below = psutil.Process(parent.pid).children(recursive=True)
            assert below
            yield parent, below
        finally:
            parent.kill()


def send(parent, request):
    parent.stdin.write(request + "\n")
    parent.stdin.flush()


def wait_until(condition):
    """Return whether the condition became true before the timeout."""
    deadline = time.monotonic() + TIMEOUT
    while not (true := condition()) and time.monotonic() < deadline:
        time.sleep(0.02)
    return true


def cpu_seconds(processes):
    return sum(sum(process.cpu_times()[:2]) for process in processes)


def leftovers(processes, folder):
    """Wait until these processes and all files have gone, and return those that have not."""

    def found():
        return [*filter(runs, processes), *folder.iterdir()]

    wait_until(lambda: not found())
    return found()


def runs(process):
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE  # an orphan may stay a zombie
    except psutil.NoSuchProcess:
        return False


@pytest.mark.parametrize("operation", OPERATIONS)
def test_workers_end_when_their_working_parent_is_killed(operation, tmp_path):
    with working_parent(OPERATIONS[operation], tmp_path) as (parent, below):
        before = cpu_seconds(below)
        send(parent, "go 100000")
        assert wait_until(lambda: cpu_seconds(below) > before + 0.05)
        parent.kill()
        parent.wait()
        assert leftovers(below, tmp_path) == []


@pytest.mark.parametrize("operation", ["queue", "memory", "manager", "file"])
def test_workers_end_when_their_parent_ends(operation, tmp_path):
    with working_parent(OPERATIONS[operation], tmp_path) as (parent, below):
        _, errors = parent.communicate(timeout=TIMEOUT)
        assert (parent.returncode, errors) == (0, "")
        assert leftovers(below, tmp_path) == []
