"""The contract on Windows, and its Job objects."""

from __future__ import annotations

import sys

import pytest

from procsem.containment import Sandbox, Status

from .miniature import Miniature

assert sys.platform == "win32"  # conftest.py leaves this module out elsewhere

import ctypes
import subprocess

from procsem.containment.windows.job_object import Job, Port

WINE = hasattr(ctypes.WinDLL("ntdll"), "wine_get_version")

pytestmark = pytest.mark.usefixtures("miniature")


def test_an_exit_code_is_unsigned(shared_sandbox: Sandbox, miniature: Miniature) -> None:
    ending = shared_sandbox.run(miniature.task("exit_with", -1073741819, of="anywhere"))
    assert (ending.status, ending.code) == (Status.EXITED, 0xC0000005)


@pytest.mark.skipif(WINE, reason="needs real Windows: under Wine 8 this crash has the exit code 3")
def test_a_crash_ends_with_its_ntstatus(shared_sandbox: Sandbox, miniature: Miniature) -> None:
    ending = shared_sandbox.run(miniature.task("crash", of="anywhere"))
    assert (ending.status, ending.code) == (Status.EXITED, 0xC0000005)


def test_a_child_cannot_leave_the_job(shared_sandbox: Sandbox, miniature: Miniature) -> None:
    ending = shared_sandbox.run(miniature.task("break_away", of="anywhere"))
    assert ending.output.split() == [b"refused:", b"5"]


@pytest.mark.skipif(
    WINE, reason="needs real Windows: Wine 8 does not enforce the limit; 88 processes were in a job with a limit of 8"
)
def test_the_job_limits_its_processes(shared_sandbox: Sandbox, miniature: Miniature) -> None:
    ending = shared_sandbox.run(miniature.task("start_without_end", of="anywhere", max_processes=5))
    assert ending.status is Status.PROCESS_LIMIT
    assert len(miniature.recorded()) <= 5


def test_closing_a_job_kills_its_processes(miniature: Miniature) -> None:
    port = Port()
    job = Job(port, number=7, max_processes=10)
    process = subprocess.Popen(miniature.command("hang", of="anywhere"))
    job.assign(int(process._handle))  # type: ignore[attr-defined]
    assert process.pid in job.pids()
    assert job.alive() >= 1
    message = port.wait(5.0)
    assert message is not None
    assert message.job == 7
    job.close()
    assert process.wait(5) is not None
    port.close()
