"""Real minimal parents: what they measure, and how they end."""

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
from procsem.bench.measure.batches import measure
from procsem.bench.measure.benchmarks import BASELINE, BASELINES, Benchmark
from procsem.bench.measure.groups import HANDWRITTEN_PAIRS
from procsem.bench.measure.parents import CHILD_FACTS, PARENT_FACTS, MinimalParent, MinimalParentError, Programs

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
READY = "print(\"'ready'\", flush=True); import os, sys; input(); "


def still_running(pids):
    """Wait for these processes, and return those that still run after a while. Zombies do not run."""
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
    benchmarks = [BASELINE, Benchmark("thread", "thread"), Benchmark("Process, spawn", "process:spawn")]
    programs = Programs(tmp_path)
    measured = measure(benchmarks, programs, seconds=0, min_batches=2)
    for name in ("thread", "Process, spawn"):
        each = measured[name]
        assert each.unavailable_because is None
        assert each.failure is None
        assert min(duration for batch in each.batches for duration in batch) > 0
        assert each.context["modules"] < 200, "the parent is minimal"
    assert measured[BASELINE.name].unavailable_because == programs.unavailable_because
    assert len({len(each.batches) for each in measured.values() if each.measurable}) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux, where all facts are known")
def test_every_parent_has_its_facts_and_unknown_facts_are_none(tmp_path):
    measured = measure(
        [*BASELINES, Benchmark("thread", "thread"), Benchmark("os.fork", "os_fork")],
        Programs(tmp_path),
        seconds=0,
        min_batches=2,
    )
    for name, each in measured.items():
        if each.unavailable_because:
            pytest.skip(f"needs what is missing here: {each.unavailable_because}")
        unknown = {fact for fact in (*PARENT_FACTS, *CHILD_FACTS) if each.context[fact] is None}
        expected = set(CHILD_FACTS) if name == "thread" else {"modules"} if each.benchmark in BASELINES else set()
        assert unknown == expected, name
        assert each.context["running_elsewhere"] >= 0
    assert measured[BASELINE.name].context["rss_kib"] < measured["os.fork"].context["rss_kib"]
    assert measured[BASELINE.name].context["child_minor_faults"] < measured["os.fork"].context["child_minor_faults"]


def test_a_benchmark_that_needs_too_much_is_unavailable(tmp_path):
    benchmark = Benchmark("too much", "thread", megabytes=10**9)
    (measured,) = measure([benchmark], Programs(tmp_path), seconds=0, min_batches=2).values()
    assert measured.unavailable_because.startswith("needs 1000000000 MB of memory, ")
    assert measured.batches == []


@pytest.mark.parametrize(
    ("operation", "reason"),
    [
        ("process:no-such-method", "this Python does not have the start method no-such-method"),
        pytest.param(
            "thread",
            "cannot open 1000000000 descriptors: ",
            marks=pytest.mark.skipif(os.name != "posix", reason="needs a limit on descriptors"),
        ),
    ],
)
def test_a_parent_says_why_a_benchmark_is_unavailable(tmp_path, operation, reason):
    words = (f"descriptors={10**9}",) if operation == "thread" else ()
    (measured,) = measure([Benchmark("a", operation, words)], Programs(tmp_path), seconds=0, min_batches=2).values()
    assert measured.unavailable_because.startswith(reason)
    assert measured.failure is None


def test_a_benchmark_that_fails_has_a_reason_and_the_others_are_measured(tmp_path):
    benchmarks = [Benchmark("none", "no_such_operation"), Benchmark("thread", "thread")]
    measured = measure(benchmarks, Programs(tmp_path), seconds=0, min_batches=2)
    assert "exit code 1; its last line: KeyError: 'no_such_operation'. Run it by hand" in measured["none"].failure
    assert measured["none"].batches == []
    assert measured["thread"].measurable


@pytest.mark.parametrize(
    ("code", "failure"),
    [
        ("sys.exit('no more')", "ended with exit code 1; its last line: no more"),
        pytest.param(
            "os.kill(os.getpid(), 9)",
            "was killed by SIGKILL",
            marks=pytest.mark.skipif(os.name != "posix", reason="needs signals"),
        ),
        ("print('what?', flush=True); input()", "printed 'what?', which is not an answer"),
    ],
)
def test_a_parent_without_an_answer_is_an_error_that_says_why(code, failure):
    with (
        MinimalParent([sys.executable, "-c", READY + code]) as parent,
        pytest.raises(MinimalParentError, match=re.escape(failure)) as caught,
    ):
        parent.run(1)
    assert str(caught.value).endswith(READY + code), "the command to run it by hand"
    assert parent.process.returncode is not None


def test_a_parent_that_hangs_is_killed_with_its_children(monkeypatch, tmp_path):
    monkeypatch.setattr(parents, "TIMEOUT", 2)
    child = "subprocess.Popen([sys.executable, '-c', 'input()'], stdin=subprocess.PIPE)"
    write_pid = f"open({str(tmp_path / 'pid')!r}, 'w').write(str(child.pid))"
    command = [sys.executable, "-c", f"{READY}import subprocess; child = {child}; {write_pid}; child.wait()"]
    with MinimalParent(command) as parent, pytest.raises(MinimalParentError, match="did not answer within 2 s"):
        parent.run(1)
    assert parent.process.returncode is not None
    assert still_running([int((tmp_path / "pid").read_text())]) == []


@pytest.mark.skipif(not HANDWRITTEN_PAIRS, reason="needs fork")
def test_the_handwritten_loop_has_a_parent_like_ours(tmp_path):
    ours, handwritten = measure(HANDWRITTEN_PAIRS[0], Programs(tmp_path), seconds=0, min_batches=2).values()
    assert [len(batch) for batch in handwritten.batches] == [handwritten.rounds] * 2
    for fact in ("rss_kib", "regions", "descriptors", "threads"):
        if ours.context[fact] is not None:
            assert handwritten.context[fact] == pytest.approx(ours.context[fact], rel=0.1)


@pytest.mark.skipif(os.name != "posix", reason="needs signals to process groups")
def test_ctrl_c_leaves_no_process(tmp_path):
    argv = [sys.executable, "-m", "pytest", str(BENCHMARKS / "test_ranking.py"), "--benchmark-only"]
    argv += ["--bench-quick", "-k", "Process", "-p", "no:cacheprovider", "--basetemp", str(tmp_path / "temp")]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True, process_group=0) as running:
        try:
            estimate = next(line for line in running.stdout if line.startswith("measuring: "))
            assert "about" in estimate
            measuring = psutil.Process(running.pid)
            while not (below := measuring.children(recursive=True)) and measuring.is_running():
                pass
            os.killpg(running.pid, signal.SIGINT)
            rest = running.stdout.read()
        finally:
            running.kill()
    assert running.returncode == pytest.ExitCode.INTERRUPTED, rest
    assert still_running([process.pid for process in below]) == []
