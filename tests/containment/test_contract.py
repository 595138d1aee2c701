"""The contract, on every system: whatever a task does, it ends, with the right status, and nothing is left."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from procsem.containment import Mechanism, Sandbox, Status, Task
from procsem.containment.contract import TOKEN_VARIABLE
from procsem.runner import leaks as leftovers

from .outside import MINIATURES, SYSTEM, Miniature, eventually

pytestmark = pytest.mark.usefixtures("miniature")


def test_ends_in_order(shared_slot: Sandbox, miniature: Miniature) -> None:
    ending = shared_slot.run(miniature.task("exit_with", 7, of="anywhere"))
    assert (ending.status, ending.code, ending.reason, ending.leaked) == (Status.EXITED, 7, "", ())
    assert 0 < ending.seconds < 20
    (pid,) = miniature.recorded()
    assert [(s.pid, str(s.kind)) for s in ending.events][:2] == [(pid, "started"), (pid, "ended")]


def test_reports_nothing(shared_slot: Sandbox, miniature: Miniature) -> None:
    ending = shared_slot.run(miniature.task("nothing", of="anywhere"))
    assert (ending.status, ending.code, ending.output) == (Status.EXITED, 0, b"")


def test_finds_its_environment_and_nothing_else(
    mechanism: Mechanism, miniature: Miniature, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROCSEM_TEST_OF_ANOTHER", "the harness's own")
    task = replace(miniature.task("say_environment", of="anywhere"), env={**SYSTEM, "PROCSEM_TEST": "the task's"})
    with mechanism.open_sandbox() as sandbox:
        said = sandbox.run(task).output.decode().splitlines()
    assert "PROCSEM_TEST=the task's" in said
    assert f"{TOKEN_VARIABLE}={miniature.token}" in said
    assert not any(line.startswith("PROCSEM_TEST_OF_ANOTHER=") for line in said)


def test_hangs(shared_slot: Sandbox, miniature: Miniature) -> None:
    # Long enough to have begun, on a busy machine and under Wine.
    timeout = 8.5 if sys.platform == "win32" else 2.5
    ending = shared_slot.run(miniature.task("hang", of="anywhere", timeout=timeout))
    assert (ending.status, ending.code) == (Status.TIMED_OUT, None)
    assert f"{timeout} s" in ending.reason
    assert timeout <= ending.seconds < timeout + 2.5
    assert miniature.recorded(), "It did run."


def test_leaves_children(shared_slot: Sandbox, miniature: Miniature) -> None:
    number = 20 if sys.platform == "win32" else 200  # There each child is an interpreter of its own.
    ending = shared_slot.run(miniature.task("leave_children", number))
    assert (ending.status, ending.code) == (Status.EXITED, 0)
    assert len(ending.leaked) == number
    leaked = {survivor.pid for survivor in ending.leaked}
    assert leaked < set(miniature.recorded())
    assert not any(survivor.zombie for survivor in ending.leaked)
    assert ending.peak >= number


def test_holds_its_output_open(shared_slot: Sandbox, miniature: Miniature) -> None:
    ending = shared_slot.run(miniature.task("hold_output", of="anywhere", grace_period=0.5))
    assert (ending.status, ending.code, len(ending.leaked)) == (Status.EXITED, 0, 1)
    ended = next(s.at for s in ending.events if s.kind == "ended")
    assert 0.5 <= ending.seconds - ended < 2.5, "The end waits for the grace_period, and not for the output's."


def test_floods_its_output(shared_slot: Sandbox, miniature: Miniature) -> None:
    megabytes = 100 if sys.platform == "win32" else 1024
    ending = shared_slot.run(miniature.task("flood", megabytes, of="anywhere", output_limit=1000))
    assert (ending.status, ending.code) == (Status.EXITED, 0)
    assert ending.output_dropped == (megabytes << 20) + len(b"firstlast") - 1000
    assert ending.output.startswith(b"firstxxxx")
    assert ending.output.endswith(b"xxxxlast")
    assert len(ending.output) < 1100


def test_prints_no_text(shared_slot: Sandbox, miniature: Miniature) -> None:
    ending = shared_slot.run(miniature.task("no_text", of="anywhere"))
    assert (ending.status, ending.output) == (Status.EXITED, bytes(range(256)))


def test_cannot_be_executed(shared_slot: Sandbox, tmp_path: Path) -> None:
    no_program = tmp_path / "no-program"
    no_program.write_text("neither a program nor a script")
    no_program.chmod(0o755)
    for argv, folder in (
        ([str(tmp_path / "missing")], tmp_path),
        ([str(no_program)], tmp_path),
        ([sys.executable], tmp_path / "missing"),
        ([sys.executable, "a\0b"], tmp_path),
    ):
        ending = shared_slot.run(Task(argv, str(folder), SYSTEM, "abcdef"))
        assert (ending.status, ending.code, ending.peak) == (Status.NOT_STARTED, None, 0)
        assert ending.reason


def test_grows_past_the_ceiling(shared_slot: Sandbox, miniature: Miniature) -> None:
    ending = shared_slot.run(miniature.task("start_without_end", of="anywhere", max_processes=10))
    assert (ending.status, ending.code) == (Status.PROCESS_LIMIT, None)
    assert "10 processes" in ending.reason


def test_leaves_a_file(shared_slot: Sandbox, miniature: Miniature, tmp_path: Path) -> None:
    temporary, other = tmp_path / "temporary", tmp_path / "other"
    temporary.mkdir()
    other.write_text("another's")
    shared_slot.run(miniature.task("leave_file", temporary / "left", of="anywhere"))
    found = leftovers.find(miniature.token, temporary)
    assert [(left.kind, left.name) for left in found] == [("file", "left")]
    leftovers.remove(found)
    assert not list(temporary.iterdir())
    assert other.exists()


def test_is_cancelled_from_another_thread(sandbox: Sandbox, miniature: Miniature) -> None:
    canceller = threading.Thread(
        target=lambda: sandbox.cancel() if eventually(miniature.recorded, within=20.0) else None
    )
    canceller.start()
    ending = sandbox.run(miniature.task("hang", of="anywhere"))
    canceller.join()
    assert (ending.status, ending.code) == (Status.CANCELLED, None)
    later = sandbox.run(miniature.task("nothing", of="anywhere"))
    assert later.status is Status.CANCELLED
    assert len(miniature.recorded()) == 1, "The later one was not started."


def test_many_in_a_row_use_nothing_up(sandbox: Sandbox, miniature: Miniature) -> None:
    keepers = [psutil.Process(), *psutil.Process().children()]

    def used() -> list[tuple[int, int]]:
        if sys.platform == "win32":
            return [(keeper.num_handles(), keeper.num_threads()) for keeper in keepers]
        return [(keeper.num_fds(), len(keeper.children())) for keeper in keepers]

    sandbox.run(miniature.task("nothing", of="anywhere"))
    before = used()
    for _ in range(20 if sys.platform == "win32" else 100):
        assert sandbox.run(miniature.task("nothing", of="anywhere")).status is Status.EXITED
    assert used() == before


@pytest.mark.parametrize(("name", "arguments", "number"), [("hang", (), 1), ("leave_children", (3,), 3)])
def test_the_census_from_outside_finds_them(
    miniature: Miniature, name: str, arguments: tuple[object, ...], number: int
) -> None:
    """Run bare they do stay, and are seen: a census that is blind would find nothing after a task either."""
    bare = subprocess.Popen(miniature.command(name, *arguments, of="anywhere"))
    try:
        assert eventually(lambda: number == 1 or bare.poll() is not None, within=20.0)
        assert eventually(lambda: len(miniature.census()) == number, within=20.0)
    finally:
        miniature.end()
        bare.wait()
        assert eventually(lambda: not miniature.census(), within=5.0)


@pytest.mark.parametrize("how", ["killed", "interrupted"])
def test_the_opener_is_ended(mechanism: Mechanism, miniature: Miniature, how: str) -> None:
    if sys.platform == "win32" and how == "interrupted":
        pytest.skip("needs POSIX: a Ctrl-C goes to a console, which the test would have to share with its opener")
    minis = [Miniature(miniature.folder) for _ in range(5)]
    pairs = [word for mini in minis for word in (str(mini.record), mini.mark)]
    argv = [sys.executable, str(MINIATURES / "opener.py"), mechanism.__name__, *pairs]
    # In a session of its own, so that the signal below is its alone.
    opener = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True)
    with opener:
        try:
            assert opener.stdout
            assert opener.stdout.readline().strip() == b"waiting"
            assert eventually(lambda: all(len(mini.recorded()) == 11 for mini in minis), within=60.0)
            assert sum(len(_alive(mini, opener)) for mini in minis) >= 50
            supervisors = psutil.Process(opener.pid).children()
            if sys.platform == "win32" or how == "killed":
                opener.kill()
            else:
                os.killpg(opener.pid, 2)
            assert eventually(lambda: not any(_alive(mini, opener) for mini in minis), within=2.0)
            assert eventually(lambda: not any(_is_alive(supervisor) for supervisor in supervisors), within=2.0)
            if how == "interrupted":
                assert opener.wait(10) == 130
                assert opener.stdout.readline().split() == [b"ended"] + [b"cancelled"] * 5
        finally:
            opener.kill()
            opener.wait()
            for mini in minis:
                mini.end()


def _alive(mini: Miniature, opener: subprocess.Popen[bytes]) -> list[psutil.Process]:
    """The miniature's processes; the opener has all their marks on its command line."""
    return [process for process in mini.census() if process.pid != opener.pid and _is_alive(process)]


def _is_alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False
