"""How a tree is looked at on POSIX, and what is made of it."""

from __future__ import annotations

import sys
from pathlib import Path

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

from .outside import SYSTEM, Miniature, eventually


def seen(pid: int, parent: int, *, start: int = 0, zombie: bool = False) -> ProcessInfo:
    return ProcessInfo(pid=pid, start=start, parent=parent, group=1, session=1, zombie=zombie, name=f"n{pid}")


def test_descendants_of_descendants() -> None:
    everyone = [seen(2, 1), seen(5, 4), seen(4, 3), seen(3, 2), seen(9, 1)]
    assert set(with_descendants({3: everyone[3]}, everyone)) == {3, 4, 5}


def events(watch: ProcessMonitor) -> list[tuple[int, str]]:
    return [(event.pid, str(event.kind)) for event in watch.events]


def test_watch_tells_what_happened_between_two_looks() -> None:
    watch = ProcessMonitor(main=10, name="main", supervisor=1)
    assert watch.look([seen(10, 1), seen(11, 10), seen(12, 11)])
    assert not watch.look([seen(10, 1), seen(11, 10), seen(12, 11)])
    assert watch.look([seen(10, 1), seen(11, 10, zombie=True), seen(12, 1)])
    assert watch.look([seen(10, 1), seen(12, 1)])
    watch.reaped(12, 3 << 8)
    watch.reaped(10, 9)
    assert events(watch) == [
        (10, "started"), (11, "started"), (12, "started"), (11, "ended"), (12, "adopted"), (11, "reaped"),
        (12, "ended"), (12, "reaped"), (10, "ended"), (10, "reaped"),
    ]  # fmt: skip
    assert [event.detail for event in watch.events if event.kind == "ended"][1:] == ["exit code 3", "SIGKILL"]
    assert [event.other for event in watch.events] == [
        SUPERVISOR, 10, 11, None, SUPERVISOR, 10, None, SUPERVISOR, None, SUPERVISOR
    ]  # fmt: skip
    assert watch.peak == 3


def test_watch_knows_an_orphan_that_it_never_saw_before() -> None:
    watch = ProcessMonitor(main=10, name="main", supervisor=1)
    watch.look([seen(10, 1), seen(12, 1)])
    watch.reaped(13, 0)
    assert events(watch)[1:] == [(12, "started"), (12, "adopted"), (13, "adopted"), (13, "ended"), (13, "reaped")]


def test_watch_is_not_misled_by_a_pid_that_is_given_out_again() -> None:
    watch = ProcessMonitor(main=10, name="main", supervisor=1)
    watch.look([seen(10, 1), seen(12, 10, start=5)])
    watch.look([seen(10, 1), seen(12, 10, start=6)])
    assert events(watch)[1:] == [(12, "started"), (12, "ended"), (12, "reaped"), (12, "started")]


def test_growth_is_limited_and_the_user_s_own_limit_kept() -> None:
    before = resource.getrlimit(resource.RLIMIT_NPROC)
    own = len(psutil.pids()) + 5000
    try:
        limit = ProcessLimit(lambda: own)
        assert resource.getrlimit(resource.RLIMIT_NPROC) == before, "Only for what a task starts."
        limit.set(max_processes=500)
        soft, hard = resource.getrlimit(resource.RLIMIT_NPROC)
        assert own + 500 < soft < own + 1000
        assert hard == before[1]
        ProcessLimit(lambda: 10 * own).set(max_processes=500)
        assert resource.getrlimit(resource.RLIMIT_NPROC)[0] == soft, "It is never raised."
        limit.lift()
        assert resource.getrlimit(resource.RLIMIT_NPROC) == before
    finally:
        resource.setrlimit(resource.RLIMIT_NPROC, before)


def test_growth_is_not_limited_where_the_count_is_short(monkeypatch: pytest.MonkeyPatch) -> None:
    """As it is in a container that shares its user with others."""
    before = resource.getrlimit(resource.RLIMIT_NPROC)

    def refuse() -> int:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", refuse)
    ProcessLimit(lambda: 1).set(max_processes=500)
    assert resource.getrlimit(resource.RLIMIT_NPROC) == before


def test_all_are_stopped_before_any_is_killed(miniature: Miniature) -> None:
    """None must see another one's end, and answer it."""
    bare = subprocess.Popen(miniature.command("leave_children", 5), start_new_session=True)
    try:
        bare.wait()
        tree = TokenTree()
        tree.look_for("no token")
        tree.started(bare.pid)
        freeze(tree.walk)
        assert eventually(lambda: {p.status() for p in miniature.census()} == {psutil.STATUS_STOPPED}, within=5.0)
        assert len(miniature.census()) == 5
    finally:
        miniature.end()
        assert eventually(lambda: not miniature.census(), within=5.0)


def test_what_cannot_be_killed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("procsem.containment.posix.snapshot.PATIENCE", 0.1)
    ghost = seen(2**22 + 1, 1)._replace(group=2**22 + 1)
    assert kill(lambda: [ghost], lambda: False, lambda seconds: None) == [ghost]
    assert kill(lambda: [ghost], lambda: True, lambda seconds: None) == []


if sys.platform == "linux":  # /proc

    class TestProc:
        @pytest.mark.parametrize("state", ["X", "Z"])
        def test_one_that_is_released_as_it_is_read_is_gone(self, monkeypatch: pytest.MonkeyPatch, state: str) -> None:
            """Seen one time in a thousand: a process that ends and is reaped has no parent and no group then."""
            from procsem.containment.posix import linux

            line = f"4321 (python) {state} 0 -1 -1 " + "0 " * 60
            monkeypatch.setattr(linux, "_read", lambda path: line.encode())
            assert linux.read_stat(4321) is None
            monkeypatch.setattr(linux, "_read", lambda path: line.replace("0 -1 -1", "7 7 7", 1).encode())
            assert linux.read_stat(4321) is not None

        def test_a_name_with_brackets(self, tmp_path: Path) -> None:
            from procsem.containment.posix.linux import read_stat

            name = tmp_path / "a) R (1 b"
            name.symlink_to("/bin/sleep")
            with subprocess.Popen([str(name), "60"]) as process:
                try:
                    assert eventually(lambda: psutil.Process(process.pid).name() == name.name, within=5.0)
                    stat = read_stat(process.pid)
                    assert stat is not None
                    assert stat[0].name == name.name
                    assert (stat[0].parent, stat[0].session) == (os.getpid(), os.getsid(process.pid))
                    assert not stat[0].zombie
                    process.kill()
                    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
                    stat = read_stat(process.pid)
                    assert stat is not None
                    assert stat[0].zombie
                finally:
                    process.kill()
            assert read_stat(process.pid) is None

        def test_a_kernel_without_lists_of_children(self, miniature: Miniature) -> None:
            """The slower way, over all processes, finds the same."""
            code = (
                "import json, os, subprocess, sys\n"
                "from procsem.containment.posix.linux import SubreaperTree\n"
                "tree = SubreaperTree()\n"
                "child = subprocess.Popen(sys.argv[1:])\n"
                "child.wait()\n"
                "by_children = sorted(p.pid for p in tree.walk())\n"
                "tree._has_children_files = False\n"
                "by_parent = sorted(p.pid for p in tree.walk())\n"
                "for pid in by_parent: os.kill(pid, 9)\n"
                "for pid in by_parent: os.waitpid(pid, 0)\n"
                "print(json.dumps([by_children, by_parent]))\n"
            )
            import json

            root = Path(__file__).parents[2] / "harness"
            done = subprocess.run(
                [sys.executable, "-c", code, *miniature.command("leave_children", 5)],
                cwd=root, env=SYSTEM, capture_output=True, text=True, check=True,
            )  # fmt: skip
            by_children, by_parent = json.loads(done.stdout)
            assert by_children == by_parent
            assert set(by_parent) == set(list(miniature.recorded())[1:])


@pytest.mark.parametrize(
    ("how", "found_by"),
    [(("session",), "token"), (("environment",), "session"), (("session", "environment"), "nothing")],
)
def test_what_tells_a_process_without_a_subreaper(miniature: Miniature, how: tuple[str, ...], found_by: str) -> None:
    """The token, or the session: each alone is enough; without both it escapes, as LIMITS says."""
    environment = {**SYSTEM, "PROCSEM_TOKEN": miniature.token}
    bare = subprocess.Popen(miniature.command("daemon", *how), env=environment, start_new_session=True)
    try:
        bare.wait()
        main, daemon = miniature.recorded()
        tree = TokenTree()
        tree.look_for("another's" if found_by == "session" else miniature.token)
        if found_by != "token":
            tree.started(main)
        assert [process.pid for process in tree.walk()] == ([] if found_by == "nothing" else [daemon])
        assert [process.pid for process in miniature.census()] == [daemon], "It is there all the while."
    finally:
        miniature.end()
        assert eventually(lambda: not miniature.census(), within=5.0)
