"""Snapshots of a process tree on POSIX, the events found in them, and how a tree is killed."""

from __future__ import annotations

import sys

import psutil
import pytest

assert sys.platform != "win32"  # conftest.py leaves this module out elsewhere

import os
import resource
import subprocess

from procsem.containment import SUPERVISOR
from procsem.containment.posix.generic import TokenTree
from procsem.containment.posix.monitor import ProcessMonitor
from procsem.containment.posix.process_limit import ProcessLimit
from procsem.containment.posix.snapshot import ProcessInfo, freeze, kill, with_descendants

from .miniature import SYSTEM, Miniature, eventually


def info(pid: int, parent: int, *, start: int = 0, zombie: bool = False) -> ProcessInfo:
    return ProcessInfo(pid=pid, start=start, parent=parent, group=1, session=1, zombie=zombie, name=f"n{pid}")


def test_descendants_of_descendants_are_found() -> None:
    everyone = [info(2, 1), info(5, 4), info(4, 3), info(3, 2), info(9, 1)]
    assert set(with_descendants({3: everyone[3]}, everyone)) == {3, 4, 5}


def events(monitor: ProcessMonitor) -> list[tuple[int, str]]:
    return [(event.pid, str(event.kind)) for event in monitor.events]


def test_monitor_reports_what_happened_between_two_snapshots() -> None:
    monitor = ProcessMonitor(main=10, name="main", supervisor=1)
    assert monitor.update([info(10, 1), info(11, 10), info(12, 11)])
    assert not monitor.update([info(10, 1), info(11, 10), info(12, 11)])
    assert monitor.update([info(10, 1), info(11, 10, zombie=True), info(12, 1)])
    assert monitor.update([info(10, 1), info(12, 1)])
    monitor.reaped(12, 3 << 8)
    monitor.reaped(10, 9)
    assert events(monitor) == [
        (10, "started"), (11, "started"), (12, "started"), (11, "ended"), (12, "adopted"), (11, "reaped"),
        (12, "ended"), (12, "reaped"), (10, "ended"), (10, "reaped"),
    ]  # fmt: skip
    assert [event.detail for event in monitor.events if event.kind == "ended"][1:] == ["exit code 3", "SIGKILL"]
    assert [event.other for event in monitor.events] == [
        SUPERVISOR, 10, 11, None, SUPERVISOR, 10, None, SUPERVISOR, None, SUPERVISOR
    ]  # fmt: skip
    assert monitor.peak == 3


def test_monitor_reports_the_adoption_of_an_orphan_that_is_new() -> None:
    monitor = ProcessMonitor(main=10, name="main", supervisor=1)
    monitor.update([info(10, 1), info(12, 1)])
    monitor.reaped(13, 0)
    assert events(monitor)[1:] == [(12, "started"), (12, "adopted"), (13, "adopted"), (13, "ended"), (13, "reaped")]


def test_monitor_notices_that_a_pid_was_reused() -> None:
    monitor = ProcessMonitor(main=10, name="main", supervisor=1)
    monitor.update([info(10, 1), info(12, 10, start=5)])
    monitor.update([info(10, 1), info(12, 10, start=6)])
    assert events(monitor)[1:] == [(12, "started"), (12, "ended"), (12, "reaped"), (12, "started")]


def test_the_process_limit_is_lowered_and_restored() -> None:
    before = resource.getrlimit(resource.RLIMIT_NPROC)
    own = len(psutil.pids()) + 5000
    try:
        limit = ProcessLimit(lambda: own)
        assert resource.getrlimit(resource.RLIMIT_NPROC) == before, "it does not change before a task is prepared"
        limit.set(max_processes=500)
        soft, hard = resource.getrlimit(resource.RLIMIT_NPROC)
        assert own + 500 < soft < own + 1000
        assert hard == before[1]
        ProcessLimit(lambda: 10 * own).set(max_processes=500)
        assert resource.getrlimit(resource.RLIMIT_NPROC)[0] == soft, "it is never raised"
        limit.restore()
        assert resource.getrlimit(resource.RLIMIT_NPROC) == before
    finally:
        resource.setrlimit(resource.RLIMIT_NPROC, before)


def test_the_process_limit_is_not_used_if_the_count_is_incomplete(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a container that shares its user with other containers."""
    before = resource.getrlimit(resource.RLIMIT_NPROC)

    def refuse() -> int:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", refuse)
    ProcessLimit(lambda: 1).set(max_processes=500)
    assert resource.getrlimit(resource.RLIMIT_NPROC) == before


def test_all_processes_are_stopped_before_one_is_killed(miniature: Miniature) -> None:
    """No process must be able to react to the end of another one."""
    bare = subprocess.Popen(miniature.command("leave_children", 5), start_new_session=True)
    try:
        bare.wait()
        tree = TokenTree()
        tree.look_for("no token")
        tree.started(bare.pid)
        freeze(tree.iter_processes)
        assert eventually(lambda: {p.status() for p in miniature.processes()} == {psutil.STATUS_STOPPED}, within=5.0)
        assert len(miniature.processes()) == 5
    finally:
        miniature.end()
        assert eventually(lambda: not miniature.processes(), within=5.0)


def test_processes_that_cannot_be_killed_are_returned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("procsem.containment.posix.snapshot.KILL_TIMEOUT", 0.1)
    ghost = info(2**22 + 1, 1)._replace(group=2**22 + 1)
    assert kill(lambda: [ghost], lambda: False, lambda seconds: None) == [ghost]
    assert kill(lambda: [ghost], lambda: True, lambda seconds: None) == []


@pytest.mark.parametrize(
    ("how", "found_by"),
    [(("session",), "token"), (("environment",), "session"), (("session", "environment"), "nothing")],
)
def test_without_a_subreaper_token_or_session_identify_a_process(
    miniature: Miniature, how: tuple[str, ...], found_by: str
) -> None:
    """Each of them is enough. A process without both escapes, as LIMITS says."""
    environment = {**SYSTEM, "PROCSEM_TOKEN": miniature.token}
    bare = subprocess.Popen(miniature.command("daemon", *how), env=environment, start_new_session=True)
    try:
        bare.wait()
        main, daemon = miniature.recorded()
        tree = TokenTree()
        tree.look_for("another task's" if found_by == "session" else miniature.token)
        if found_by != "token":
            tree.started(main)
        assert [process.pid for process in tree.iter_processes()] == ([] if found_by == "nothing" else [daemon])
        assert [process.pid for process in miniature.processes()] == [daemon], "it exists all the time"
    finally:
        miniature.end()
        assert eventually(lambda: not miniature.processes(), within=5.0)
