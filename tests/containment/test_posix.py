"""The contract on POSIX, with signals, sessions and orphans."""

from __future__ import annotations

import contextlib
import multiprocessing
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from multiprocessing import resource_tracker, shared_memory
from pathlib import Path
from statistics import median

import psutil
import pytest

from procsem.containment import SUPERVISOR, ContainmentError, Mechanism, Sandbox, Status
from procsem.runner import leaks

from .miniature import MINIATURES, Miniature, eventually

assert sys.platform != "win32"  # conftest.py leaves this module out elsewhere

import os

from procsem.containment.contract import TOKEN_VARIABLE
from procsem.containment.posix.sandbox import SupervisedSandbox
from procsem.containment.posix.shared_objects import SharedObjects
from procsem.containment.posix.snapshot import ProcessInfo, Scan

pytestmark = pytest.mark.usefixtures("miniature")

NOBODY = 65534


def test_a_cancellation_that_arrives_with_its_task_is_not_lost(
    sandbox: SupervisedSandbox, miniature: Miniature
) -> None:
    """As when the supervisor has just been started, and is not ready yet."""
    assert sandbox._supervisor is not None
    supervisor = sandbox._supervisor.pid
    endings = []
    task = threading.Thread(target=lambda: endings.append(sandbox.run(miniature.task("hang"))))
    os.kill(supervisor, signal.SIGSTOP)
    try:
        task.start()
        assert eventually(lambda: sandbox._running, within=20.0)
        sandbox.cancel()
    finally:
        os.kill(supervisor, signal.SIGCONT)
    task.join(20.0)
    assert [ending.status for ending in endings] == [Status.CANCELLED]
    assert not miniature.recorded(), "the task was started"


@pytest.mark.parametrize("name", ["ignore_signals", "stop_itself"])
def test_a_task_that_ignores_signals_or_stops_itself_times_out(
    shared_sandbox: Sandbox, miniature: Miniature, name: str
) -> None:
    ending = shared_sandbox.run(miniature.task(name, timeout=2.0))
    assert (ending.status, ending.code) == (Status.TIMED_OUT, None)
    assert len(miniature.recorded()) == 1


def test_a_task_inherits_nothing_from_the_supervisor(shared_sandbox: Sandbox, miniature: Miniature) -> None:
    """It starts with the descriptors, handlers and priority that it has without a sandbox; RLIMIT_NPROC may differ."""
    task = miniature.task("print_state")
    bare = subprocess.run(task.argv, stdin=subprocess.DEVNULL, capture_output=True, check=True)
    ending = shared_sandbox.run(task)
    assert ending.output == bare.stdout
    assert b"descriptors [0, 1, 2]" in ending.output


def test_ctrl_c_kills_the_task_and_leaves_the_sandbox_usable(sandbox: SupervisedSandbox, miniature: Miniature) -> None:
    main = threading.main_thread().ident
    assert main is not None

    def interrupt() -> None:
        if eventually(miniature.recorded, within=20.0):
            signal.pthread_kill(main, signal.SIGINT)

    thread = threading.Thread(target=interrupt)
    thread.start()
    with pytest.raises(KeyboardInterrupt):
        sandbox.run(miniature.task("ignore_signals"))
    thread.join()
    assert not miniature.processes()
    assert sandbox.run(miniature.task("nothing", of="anywhere")).status is Status.EXITED


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL, signal.SIGSEGV])
def test_a_task_killed_by_a_signal(shared_sandbox: Sandbox, miniature: Miniature, number: signal.Signals) -> None:
    ending = shared_sandbox.run(miniature.task("end_by", int(number)))
    assert (ending.status, ending.code) == (Status.SIGNALLED, number)


@pytest.mark.parametrize("how", [("session",), ("environment",), ("session", "environment")], ids="-".join)
def test_a_daemon_is_killed(
    mechanism: Mechanism, shared_sandbox: Sandbox, miniature: Miniature, how: tuple[str, ...]
) -> None:
    if mechanism.__name__.endswith("generic") and len(how) == 2:
        # test_snapshot.py tests what the generic mechanism finds.
        pytest.skip("needs a subreaper, without which such a daemon may escape, as LIMITS says")
    ending = shared_sandbox.run(miniature.task("daemon", *how))
    assert (ending.status, ending.code) == (Status.EXITED, 0)
    main, daemon = miniature.recorded()
    assert [(process.pid, process.zombie) for process in ending.leaked] == [(daemon, False)]
    assert main != daemon


def test_a_zombie_and_its_parent_are_reported_as_leaked(shared_sandbox: Sandbox, miniature: Miniature) -> None:
    ending = shared_sandbox.run(miniature.task("leave_zombie"))
    assert (ending.status, ending.code) == (Status.EXITED, 0)
    _, parent, zombie = miniature.recorded()
    assert {(process.pid, process.zombie) for process in ending.leaked} == {(parent, False), (zombie, True)}


def test_an_orphan_may_end_within_the_grace_period(
    mechanism: Mechanism, shared_sandbox: Sandbox, miniature: Miniature
) -> None:
    ending = shared_sandbox.run(miniature.task("leave_orphan", grace_period=5.0))
    assert (ending.status, ending.code, ending.leaked) == (Status.EXITED, 0, ())
    _, _, orphan = miniature.recorded()
    if mechanism.__name__.endswith("linux"):
        events = [event for event in ending.events if event.pid == orphan and event.kind != "started"]
        assert [(event.kind, event.other) for event in events] == [
            ("adopted", SUPERVISOR),
            ("ended", None),
            ("reaped", SUPERVISOR),
        ]
        assert events[2].detail == "exit code 0"


def test_a_task_may_close_its_descriptors(sandbox: SupervisedSandbox, miniature: Miniature) -> None:
    assert sandbox.run(miniature.task("close_everything", 5)).code == 5
    assert sandbox._supervisor
    supervisor = psutil.Process(sandbox._supervisor.pid)
    before = sum(supervisor.cpu_times()[:2])
    assert sandbox.run(miniature.task("close_everything", "hang", timeout=2.0)).status is Status.TIMED_OUT
    assert sum(supervisor.cpu_times()[:2]) - before < 0.5, "a closed output must not keep the supervisor busy"


def test_a_task_may_delete_its_folder(shared_sandbox: Sandbox, miniature: Miniature) -> None:
    folder = miniature.folder / "its"
    folder.mkdir()
    task = miniature.task("delete_folder")
    ending = shared_sandbox.run(type(task)(task.argv, str(folder), task.env, task.token))
    assert (ending.status, ending.code) == (Status.EXITED, 0)
    assert not folder.exists()
    assert leaks.find(task.token, folder) == ()


@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux, which lists shared memory and semaphores")
@pytest.mark.parametrize("kind", ["shared memory", "semaphore"])
def test_shared_memory_and_semaphores_are_found_by_the_token(
    shared_sandbox: Sandbox, miniature: Miniature, kind: str
) -> None:
    another = Miniature(miniature.folder)
    for one in (another, miniature):
        assert shared_sandbox.run(one.task("leave_shared", kind)).code == 0
    empty = miniature.folder / "empty"
    empty.mkdir()
    (found,) = leaks.find(miniature.token, empty)
    assert found.kind == kind
    assert miniature.token in found.name
    leaks.remove([found])
    assert not leaks.find(miniature.token, empty)
    others = leaks.find(another.token, empty)
    assert len(others) == 1, "those of another task stay"
    leaks.remove(others)


@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux, which lists shared memory and semaphores")
@pytest.mark.parametrize("end", ["itself", "supervisor"])
def test_shared_memory_and_semaphores_of_a_tree_that_is_killed_are_removed_and_no_others(
    sandbox: SupervisedSandbox, miniature: Miniature, end: str
) -> None:
    """Its resource tracker, which would remove them, is killed with it."""
    context = multiprocessing.get_context("spawn")
    older = context.Lock()
    ending = sandbox.run(miniature.task("hold_shared", end))
    assert ending.status is (Status.LOST if end == "supervisor" else Status.EXITED)
    assert ending.leaked
    names = (miniature.folder / "shared").read_text().split()
    assert len(names) == 2
    assert [name for name in names if Path("/dev/shm", name).exists()] == []
    assert Path("/dev/shm", f"sem.{older._semlock.name.lstrip('/')}").exists()  # type: ignore[attr-defined]


@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux, which lists shared memory and semaphores")
def test_shared_memory_that_another_process_has_mapped_is_not_removed() -> None:
    before = SharedObjects()
    block = shared_memory.SharedMemory(create=True, size=64)
    path = Path("/dev/shm", block.name)
    this_process = [ProcessInfo(os.getpid(), 0.0, 0, 0, 0, False, "")]
    try:
        with before.removed_after(this_process):
            pass
        assert path.exists(), "this process has mapped it"
        block.close()
        with before.removed_after(this_process):
            pass
        assert path.exists(), "no process of the task had mapped it"
        other = shared_memory.SharedMemory(block.name)
        with SharedObjects().removed_after(this_process):
            other.close()
        assert path.exists(), "it is older"
        other = shared_memory.SharedMemory(block.name)
        with before.removed_after(this_process):
            other.close()
        assert not path.exists()
    finally:
        block.close()
        path.unlink(missing_ok=True)
        resource_tracker.unregister(f"/{block.name}", "shared_memory")


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGSTOP])
def test_a_task_may_kill_or_stop_its_supervisor(
    sandbox: SupervisedSandbox, miniature: Miniature, number: signal.Signals
) -> None:
    sandbox.supervisor_timeout = 0.5
    ending = sandbox.run(miniature.task("signal_supervisor", int(number), timeout=3.0))
    assert (ending.status, ending.code) == (Status.LOST, None)
    assert "supervisor" in ending.reason
    assert not miniature.processes()
    sandbox.supervisor_timeout = 10.0
    assert sandbox.run(miniature.task("nothing", of="anywhere")).status is Status.EXITED, "the sandbox is usable again"


def test_a_process_that_has_lost_its_environment_counts_until_it_has_ended(
    mechanism: Mechanism, miniature: Miniature, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A killed process gives up its memory, with its environment, some time before it is a zombie."""
    scan = mechanism.search(miniature.token, None)  # type: ignore[attr-defined]
    unseen = mechanism.search(miniature.token, None)  # type: ignore[attr-defined]
    environment = {**os.environ, TOKEN_VARIABLE: miniature.token}
    with subprocess.Popen(miniature.command("hang"), env=environment, start_new_session=True) as process:
        try:
            assert eventually(lambda: [each.pid for each in scan()] == [process.pid], within=10.0)
            monkeypatch.setattr("procsem.containment.posix.linux._has_in_environment", lambda pid, entry: False)
            monkeypatch.setattr("procsem.containment.posix.generic.TokenTree._has_token", lambda tree, process: False)
            assert not list(unseen()), "the environment is how it was found"
            assert [each.pid for each in scan()] == [process.pid]
        finally:
            process.kill()
    assert not list(scan())


def test_a_process_that_cannot_be_killed_is_an_error(
    mechanism: Mechanism, miniature: Miniature, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Root can kill every process, so add one to the scan that does not exist.
    ghost = ProcessInfo(pid=2**22 + 1, start=0, parent=1, group=2**22 + 1, session=1, zombie=False, name="ghost")
    monkeypatch.setattr("procsem.containment.posix.snapshot.KILL_TIMEOUT", 0.2)
    with mechanism.open_sandbox() as sandbox:
        assert isinstance(sandbox, SupervisedSandbox)
        search = sandbox._search

        def with_ghost(token: str, main: int | None) -> Scan:
            scan = search(token, main)
            return lambda: [*scan(), ghost]

        sandbox._search = with_ghost
        with pytest.raises(ContainmentError, match=str(ghost.pid)):
            sandbox.run(miniature.task("signal_supervisor", int(signal.SIGKILL)))
    assert eventually(lambda: not miniature.processes(), within=5.0), "the others are killed"


QUICK_START = 0.02
"""Seconds in which a machine of today starts and ends an interpreter if nothing else runs."""


def _slowness() -> float:
    """Return how many times as long a start takes here and now, and 1.0 for a quick machine on which nothing else runs.

    Other tests use the machine at the same time, and everything takes longer then.
    """
    return max(1.0, median(_start_an_interpreter() for _ in range(5)) / QUICK_START)


def _start_an_interpreter() -> float:
    began = time.monotonic()
    subprocess.run([sys.executable, "-S", "-c", ""], check=True)
    return time.monotonic() - began


@pytest.mark.parametrize("session", ["same", "new"])
@pytest.mark.parametrize(
    "user",
    [
        "same",
        pytest.param(NOBODY, marks=pytest.mark.skipif(os.getuid() != 0, reason="needs root, to become another user")),
    ],
)
def test_a_fork_bomb_is_killed_fast(
    shared_sandbox: Sandbox, miniature: Miniature, user: str | int, session: str
) -> None:
    if session == "new" and not _may_use_realtime_scheduling():
        pytest.skip("needs real-time scheduling, without which this may take a minute, as LIMITS says")
    slower = _slowness()
    answers: list[float] = []
    over = threading.Event()

    def use_the_machine() -> None:
        while not over.is_set():
            answers.append(_start_an_interpreter())

    user_of_the_machine = threading.Thread(target=use_the_machine)
    user_of_the_machine.start()
    began = time.time()
    try:
        ending = shared_sandbox.run(miniature.task("fork_without_end", user, session, max_processes=500))
    finally:
        ended = time.time()
        over.set()
        user_of_the_machine.join()
    slower = max(slower, _slowness())  # other tests may have begun in between
    assert ending.status is Status.PROCESS_LIMIT
    assert ending.peak > 500
    after = re.search(r"past 500 processes after ([\d.]+) s", ending.reason)
    assert after
    crossed = _crossed(miniature)
    assert began + float(after[1]) - crossed < 1.0 * slower, "noticed within a second"
    assert ended - crossed < 5.0 * slower, "gone within five"
    assert answers
    assert max(answers) < 5.0, "the machine is responsive"


@pytest.mark.parametrize(("session", "seconds"), [("same", 5.0), ("new", 25.0)])
def test_a_fork_bomb_is_killed_by_an_ordinary_users_harness(session: str, seconds: float) -> None:
    """Without real-time priority, the supervisor gets one of hundreds of shares of the CPUs.

    So on a busy machine it needs longer than root's supervisor, and it succeeds only because it limits their number.
    """
    if sys.platform != "linux" or os.getuid() != 0:
        pytest.skip("needs root on Linux, to become another user; elsewhere the test before this covers it")
    python = _python_for_nobody()
    with tempfile.TemporaryDirectory() as folder:
        # Only root can access the folders of pytest.
        miniature = Miniature(Path(folder))
        os.chown(folder, NOBODY, NOBODY)
        task = miniature.task("fork_without_end", "same", session)
        argv = [python, *task.argv[1:]]
        code = (
            f"import sys; sys.path.append({str(MINIATURES.parents[2] / 'harness')!r})\n"
            "from procsem.containment import *\n"
            f"task = Task({argv!r}, {folder!r}, {dict(task.env)!r}, {task.token!r}, max_processes=500)\n"
            "import time; began = time.time()\n"
            "with open_sandbox() as sandbox: ending = sandbox.run(task)\n"
            "print(ending.status, began + ending.seconds, ending.output)"
        )
        slower = _slowness()
        try:
            done = _as_nobody([python, "-B", "-c", code])
            assert done.stdout.startswith("overran "), done.stdout + done.stderr
            slower = max(slower, _slowness())  # other tests may have begun in between
            assert float(done.stdout.split()[1]) - _crossed(miniature) < seconds * slower
            assert not miniature.processes()
        finally:
            miniature.end()


def _crossed(miniature: Miniature) -> float:
    """Return the time at which the tree recorded that it exceeded max_processes."""
    return float((miniature.folder / f"{miniature.record.name}.crossed").read_text().split()[0])


def _may_use_realtime_scheduling() -> bool:
    if sys.platform != "linux":
        return False
    code = "from procsem.containment.posix import process_limit as p; assert p.use_realtime_scheduling()"
    return subprocess.run([sys.executable, "-c", code], stderr=subprocess.DEVNULL).returncode == 0


def _as_nobody(argv: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        argv, user=NOBODY, group=NOBODY, extra_groups=[], cwd="/", capture_output=True, text=True, timeout=60
    )


def _python_for_nobody() -> str:
    if _as_nobody(["ls", str(MINIATURES)]).returncode:
        pytest.skip("needs a checkout that an ordinary user may read")
    check = "import sys; sys.exit(sys.version_info < (3, 11))"
    for candidate in (sys.executable, getattr(sys, "_base_executable", ""), "/usr/bin/python3"):
        with contextlib.suppress(OSError):
            if _as_nobody([candidate, "-c", check]).returncode == 0:
                return candidate
    pytest.skip("needs a Python 3.11 that an ordinary user may execute")


@pytest.mark.parametrize(
    ("name", "arguments", "number", "main_process_ends"),
    [
        ("ignore_signals", (), 1, False),
        ("stop_itself", (), 1, False),
        ("daemon", ("session", "environment"), 1, True),
        ("leave_children", (20,), 20, True),
        ("leave_zombie", (), 2, True),
        ("close_everything", ("hang",), 1, False),
    ],
)
def test_the_test_finds_processes_without_the_containment(
    miniature: Miniature, name: str, arguments: tuple[object, ...], number: int, main_process_ends: bool
) -> None:
    """Without a sandbox they stay and are found. If they were not, the checks after a task would prove nothing."""
    bare = subprocess.Popen(miniature.command(name, *arguments), cwd=miniature.folder, start_new_session=True)
    try:
        if main_process_ends:
            bare.wait(10.0)
        assert eventually(lambda: len(miniature.processes()) == number, within=10.0)
    finally:
        miniature.end()
        bare.wait()
        assert eventually(lambda: not miniature.processes(), within=5.0)
