"""The machinery of the benchmarks, in seconds: ordinary test runs include it."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from procsem.bench.measure import parents
from procsem.bench.measure.lab import LIMIT, LIMITS, Row, measure
from procsem.bench.measure.parents import CARRIED, CHILDREN, MinimalParentError, Parent, Programs
from procsem.bench.measure.rows import BY_HAND

pytestmark = pytest.mark.seconds_long
READY = "print(\"'ready'\", flush=True); import os, sys; input(); "


def left_of(pids):
    """Those that still run after a while; what is dead and not yet waited for does not."""
    deadline = time.monotonic() + 20
    while pids and time.monotonic() < deadline:
        pids = [pid for pid in pids if _runs(pid)]
    return pids


def _runs(pid):
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_parents_answer_and_end(tmp_path):
    rows = [LIMITS[0], Row("thread", "thread"), Row("Process, spawn", "process:spawn")]
    programs = Programs(tmp_path)
    measured = measure(rows, programs, seconds=0, fewest=2)
    for name in ("thread", "Process, spawn"):
        each = measured[name]
        assert each.lacks is None
        assert each.failed is None
        assert min(duration for durations in each.passes for duration in durations) > 0
        assert each.context["modules"] < 200, "the parent is lean"
    assert measured[LIMIT].lacks == programs.lacks
    assert len({len(each.passes) for each in measured.values() if not each.lacks}) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere some of it is not known")
def test_every_parent_tells_what_it_carries_and_none_of_what_it_does_not_know(tmp_path):
    measured = measure(
        [*LIMITS, Row("thread", "thread"), Row("os.fork", "os_fork")], Programs(tmp_path), seconds=0, fewest=2
    )
    for name, each in measured.items():
        if each.lacks:
            pytest.skip(each.lacks)
        unknown = {fact for fact in (*CARRIED, *CHILDREN) if each.context[fact] is None}
        limits = {"modules"} if each.row in LIMITS else set()
        assert unknown == (set(CHILDREN) if name == "thread" else limits), name
        assert each.context["running_elsewhere"] >= 0
    assert measured[LIMIT].context["rss_kib"] < measured["os.fork"].context["rss_kib"]
    assert measured[LIMIT].context["child_minor_faults"] < measured["os.fork"].context["child_minor_faults"]


def test_what_a_system_lacks_is_said(tmp_path):
    row = Row("too much", "thread", megabytes=10**9)
    (measured,) = measure([row], Programs(tmp_path), seconds=0, fewest=2).values()
    assert "MB" in measured.lacks
    assert measured.passes == []


def test_a_row_that_fails_says_how_and_leaves_the_others(tmp_path):
    measured = measure(
        [Row("none", "no_such_operation"), Row("thread", "thread")], Programs(tmp_path), seconds=0, fewest=2
    )
    assert "exit code 1; its last words: KeyError: 'no_such_operation'. Run it by hand" in measured["none"].failed
    assert measured["none"].passes == []
    assert measured["thread"].measurable


@pytest.mark.parametrize(
    ("does", "said"),
    [
        ("sys.exit('no more')", "ended with exit code 1; its last words: no more"),
        pytest.param(
            "os.kill(os.getpid(), 9)",
            "was killed by SIGKILL",
            marks=pytest.mark.skipif(os.name != "posix", reason="has no signals"),
        ),
        ("print('what?', flush=True); input()", "said 'what?', which is no answer"),
    ],
)
def test_a_parent_that_gives_no_answer_is_told_of(does, said):
    with (
        Parent([sys.executable, "-c", READY + does]) as parent,
        pytest.raises(MinimalParentError, match=re.escape(said)) as caught,
    ):
        parent.go(1)
    assert str(caught.value).endswith(READY + does), "the command to run it by hand"
    assert parent.process.returncode is not None


def test_a_parent_that_hangs_is_ended_with_its_children(monkeypatch, tmp_path):
    monkeypatch.setattr(parents, "PATIENCE", 2)
    child = "subprocess.Popen([sys.executable, '-c', 'input()'], stdin=subprocess.PIPE)"
    tells = f"open({str(tmp_path / 'pid')!r}, 'w').write(str(child.pid))"
    command = [sys.executable, "-c", f"{READY}import subprocess; child = {child}; {tells}; child.wait()"]
    with Parent(command) as parent, pytest.raises(MinimalParentError, match="did not answer within 2 s"):
        parent.go(1)
    assert parent.process.returncode is not None
    assert left_of([int((tmp_path / "pid").read_text())]) == []


@pytest.mark.skipif(not BY_HAND.rows, reason="has no fork")
def test_the_loop_by_hand_is_a_parent_like_ours(tmp_path):
    ours, by_hand = measure(BY_HAND.rows[:2], Programs(tmp_path), seconds=0, fewest=2).values()
    assert [len(each) for each in by_hand.passes] == [by_hand.rounds] * 2
    for fact in ("rss_kib", "regions", "descriptors", "threads"):
        if ours.context[fact] is not None:
            assert by_hand.context[fact] == pytest.approx(ours.context[fact], rel=0.1)


@pytest.mark.skipif(os.name != "posix", reason="a terminal's Ctrl-C is sent by a signal to a process group")
def test_ctrl_c_leaves_no_process(tmp_path):
    argv = [sys.executable, "-m", "pytest", str(Path(__file__).with_name("test_ladder.py")), "--benchmark-only"]
    argv += ["--bench-quick", "-k", "Process", "-p", "no:cacheprovider", "--basetemp", str(tmp_path / "temp")]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True, process_group=0) as running:
        try:
            says = next(line for line in running.stdout if line.startswith("measuring"))
            assert "about" in says
            ours = psutil.Process(running.pid)
            while not (below := ours.children(recursive=True)) and ours.is_running():
                pass
            os.killpg(running.pid, signal.SIGINT)
            rest = running.stdout.read()
        finally:
            running.kill()
    assert running.returncode == pytest.ExitCode.INTERRUPTED, rest
    assert left_of([process.pid for process in below]) == []
