"""The contract on every system: whatever a task does, it ends with the right status, and no process is left."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from procsem.containment import LIMITS, Mechanism, Progress, Sandbox, Status, Task
from procsem.containment.contract import TOKEN_VARIABLE
from procsem.runner import leaks

from .miniature import MINIATURES, SYSTEM, Miniature, eventually

pytestmark = pytest.mark.usefixtures("miniature")


def test_the_limits_of_each_mechanism_are_documented(mechanism: Mechanism) -> None:
    assert LIMITS[mechanism.NAME]


def test_a_task_that_exits(shared_sandbox: Sandbox, miniature: Miniature) -> None:
    ending = shared_sandbox.run(miniature.task("exit_with", 7, of="anywhere"))
    assert (ending.status, ending.code, ending.reason, ending.leaked) == (Status.EXITED, 7, "", ())
    assert 0 < ending.seconds < 20
    (pid,) = miniature.recorded()
    assert [(event.pid, str(event.kind)) for event in ending.events][:2] == [(pid, "started"), (pid, "ended")]


def test_a_task_without_output(shared_sandbox: Sandbox, miniature: Miniature) -> None:
    ending = shared_sandbox.run(miniature.task("nothing", of="anywhere"))
    assert (ending.status, ending.code, ending.output) == (Status.EXITED, 0, b"")


def test_a_task_gets_only_its_environment_and_the_token(
    mechanism: Mechanism, miniature: Miniature, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROCSEM_TEST_OF_HARNESS", "the harness's own")
    task = replace(miniature.task("print_environment", of="anywhere"), env={**SYSTEM, "PROCSEM_TEST": "the task's"})
    with mechanism.open_sandbox() as sandbox:
        printed = sandbox.run(task).output.decode().splitlines()
    assert "PROCSEM_TEST=the task's" in printed
    assert f"{TOKEN_VARIABLE}={miniature.token}" in printed
    assert not any(line.startswith("PROCSEM_TEST_OF_HARNESS=") for line in printed)


def test_a_task_that_hangs_times_out(shared_sandbox: Sandbox, miniature: Miniature) -> None:
    # Long enough for the task to begin, even on a busy machine and under Wine.
    timeout = 8.5 if sys.platform == "win32" else 2.5
    ending = shared_sandbox.run(miniature.task("hang", of="anywhere", timeout=timeout))
    assert (ending.status, ending.code) == (Status.TIMED_OUT, None)
    assert f"{timeout} s" in ending.reason
    assert timeout <= ending.seconds < timeout + 2.5
    assert miniature.recorded(), "the task did run"


def test_a_task_is_killed_when_a_step_of_it_hangs(
    shared_sandbox: Sandbox, miniature: Miniature, tmp_path: Path
) -> None:
    timeout = 8.5 if sys.platform == "win32" else 2.5
    file, steps, seconds = tmp_path / "progress", 6, timeout / 5
    task = miniature.task("work_in_steps", file, steps, seconds, of="anywhere", timeout=60.0)
    ending = shared_sandbox.run(replace(task, progress=Progress(str(file), timeout)))
    assert (ending.status, ending.code) == (Status.TIMED_OUT, None)
    assert f"a step was not done after {timeout} s" in ending.reason
    assert file.read_text() == str(steps), "no step was killed that made progress"
    assert steps * seconds + timeout <= ending.seconds < 45.0


def test_children_that_outlive_the_task_are_reported_as_leaked(shared_sandbox: Sandbox, miniature: Miniature) -> None:
    number = 20 if sys.platform == "win32" else 200  # there each child is a new interpreter
    ending = shared_sandbox.run(miniature.task("leave_children", number))
    assert (ending.status, ending.code) == (Status.EXITED, 0)
    assert len(ending.leaked) == number
    leaked = {process.pid for process in ending.leaked}
    assert leaked < set(miniature.recorded())
    assert not any(process.zombie for process in ending.leaked)
    assert ending.peak >= number


def test_an_open_output_does_not_prolong_the_task(shared_sandbox: Sandbox, miniature: Miniature) -> None:
    ending = shared_sandbox.run(miniature.task("hold_output", of="anywhere", grace_period=0.5))
    assert (ending.status, ending.code, len(ending.leaked)) == (Status.EXITED, 0, 1)
    ended = next(event.at for event in ending.events if event.kind == "ended")
    assert 0.5 <= ending.seconds - ended < 2.5, "it waits for the grace period, not for the end of the output"


def test_a_flood_of_output_is_bounded(shared_sandbox: Sandbox, miniature: Miniature) -> None:
    megabytes = 100 if sys.platform == "win32" else 1024
    ending = shared_sandbox.run(miniature.task("flood", megabytes, of="anywhere", output_limit=1000))
    assert (ending.status, ending.code) == (Status.EXITED, 0)
    assert ending.output_dropped == (megabytes << 20) + len(b"firstlast") - 1000
    assert ending.output.startswith(b"firstxxxx")
    assert ending.output.endswith(b"xxxxlast")
    assert len(ending.output) < 1100


def test_output_may_be_any_bytes(shared_sandbox: Sandbox, miniature: Miniature) -> None:
    ending = shared_sandbox.run(miniature.task("print_bytes", of="anywhere"))
    assert (ending.status, ending.output) == (Status.EXITED, bytes(range(256)))


def test_a_command_that_cannot_be_executed_is_reported(shared_sandbox: Sandbox, tmp_path: Path) -> None:
    no_program = tmp_path / "no-program"
    no_program.write_text("neither a program nor a script")
    no_program.chmod(0o755)
    for argv, folder in (
        ([str(tmp_path / "missing")], tmp_path),
        ([str(no_program)], tmp_path),
        ([sys.executable], tmp_path / "missing"),
        ([sys.executable, "a\0b"], tmp_path),
    ):
        ending = shared_sandbox.run(Task(argv, str(folder), SYSTEM, "abcdef"))
        assert (ending.status, ending.code, ending.peak) == (Status.NOT_STARTED, None, 0)
        assert ending.reason


def test_a_tree_with_too_many_processes_is_killed(shared_sandbox: Sandbox, miniature: Miniature) -> None:
    ending = shared_sandbox.run(miniature.task("start_without_end", of="anywhere", max_processes=10))
    assert (ending.status, ending.code) == (Status.PROCESS_LIMIT, None)
    assert "10 processes" in ending.reason


def test_a_leaked_file_is_found_and_removed(shared_sandbox: Sandbox, miniature: Miniature, tmp_path: Path) -> None:
    temporary, other = tmp_path / "temporary", tmp_path / "other"
    temporary.mkdir()
    other.write_text("unrelated")
    shared_sandbox.run(miniature.task("leave_file", temporary / "left", of="anywhere"))
    found = leaks.find(miniature.token, temporary)
    assert [(leak.kind, leak.name) for leak in found] == [("file", "left")]
    leaks.remove(found)
    assert not list(temporary.iterdir())
    assert other.exists()


def test_another_thread_can_cancel(sandbox: Sandbox, miniature: Miniature) -> None:
    canceller = threading.Thread(
        target=lambda: sandbox.cancel() if eventually(miniature.recorded, within=20.0) else None
    )
    canceller.start()
    ending = sandbox.run(miniature.task("hang", of="anywhere"))
    canceller.join()
    assert (ending.status, ending.code) == (Status.CANCELLED, None)
    later = sandbox.run(miniature.task("nothing", of="anywhere"))
    assert later.status is Status.CANCELLED
    assert len(miniature.recorded()) == 1, "the later task was not started"


def test_many_tasks_use_up_no_resources(sandbox: Sandbox, miniature: Miniature) -> None:
    processes = [psutil.Process(), *psutil.Process().children()]

    def used() -> list[tuple[int, int]]:
        if sys.platform == "win32":
            return [(process.num_handles(), process.num_threads()) for process in processes]
        return [(process.num_fds(), len(process.children())) for process in processes]

    sandbox.run(miniature.task("nothing", of="anywhere"))
    before = used()
    for _ in range(20 if sys.platform == "win32" else 100):
        assert sandbox.run(miniature.task("nothing", of="anywhere")).status is Status.EXITED
    assert used() == before


@pytest.mark.parametrize(("name", "arguments", "number"), [("hang", (), 1), ("leave_children", (3,), 3)])
def test_the_test_finds_processes_without_the_containment(
    miniature: Miniature, name: str, arguments: tuple[object, ...], number: int
) -> None:
    """Without a sandbox they stay and are found. If they were not, the checks after a task would prove nothing."""
    bare = subprocess.Popen(miniature.command(name, *arguments, of="anywhere"))
    try:
        assert eventually(lambda: number == 1 or bare.poll() is not None, within=20.0)
        assert eventually(lambda: len(miniature.processes()) == number, within=20.0)
    finally:
        miniature.end()
        bare.wait()
        assert eventually(lambda: not miniature.processes(), within=5.0)


@pytest.mark.parametrize("how", ["killed", "interrupted"])
def test_the_trees_end_with_their_owner(mechanism: Mechanism, miniature: Miniature, how: str) -> None:
    if sys.platform == "win32" and how == "interrupted":
        pytest.skip("needs POSIX: a Ctrl-C goes to a console, which the test would have to share with the owner")
    minis = [Miniature(miniature.folder) for _ in range(5)]
    pairs = [word for mini in minis for word in (str(mini.record), mini.mark)]
    argv = [sys.executable, str(MINIATURES / "owner.py"), mechanism.__name__, *pairs]
    # In its own session, so that only it gets the signal below.
    owner = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True)
    with owner:
        try:
            assert owner.stdout
            assert owner.stdout.readline().strip() == b"waiting"
            assert eventually(lambda: all(len(mini.recorded()) == 11 for mini in minis), within=60.0)
            assert sum(len(_alive(mini, owner)) for mini in minis) >= 50
            supervisors = psutil.Process(owner.pid).children()
            if sys.platform == "win32" or how == "killed":
                owner.kill()
            else:
                os.killpg(owner.pid, 2)
            assert eventually(lambda: not any(_alive(mini, owner) for mini in minis), within=2.0)
            assert eventually(lambda: not any(_is_alive(supervisor) for supervisor in supervisors), within=2.0)
            if how == "interrupted":
                assert owner.wait(10) == 130
                assert owner.stdout.readline().split() == [b"ended"] + [b"cancelled"] * 5
        finally:
            owner.kill()
            owner.wait()
            for mini in minis:
                mini.end()


def _alive(mini: Miniature, owner: subprocess.Popen[bytes]) -> list[psutil.Process]:
    """Return the miniature's live processes, without the owner, which has all marks on its command line."""
    return [process for process in mini.processes() if process.pid != owner.pid and _is_alive(process)]


def _is_alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False
