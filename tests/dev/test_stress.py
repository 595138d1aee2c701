"""The stress tool: real claims are repeated next to endless loops, and unexpected verdicts are counted."""

import os
import subprocess
import sys
import time

import psutil
import pytest

from procsem_dev.stress.__main__ import LOOP, Totals, count_unexpected, endless_loops


def stress(probes, *words):
    """The exit code and the lines that the tool itself printed."""
    command = [sys.executable, "-m", "procsem_dev.stress", "--probes", str(probes), "--loops", "1", *words]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=120)
    own = ("round", "claims that count", "unexpected", "procsem")
    return done.returncode, [line for line in (done.stdout + done.stderr).splitlines() if line.startswith(own)]


def methods_of_this_python():
    import multiprocessing

    return len(multiprocessing.get_all_start_methods())


def test_claims_are_repeated_and_random_ones_more_often(probes):
    code, lines = stress(probes, "small/steady", "small/random", "--repeat", "2", "--rounds", "2", "--chance", "3")
    cells = 2 * methods_of_this_python()
    assert lines[:3] == [
        f"round 1 of 2: {2 * cells} cells ran so far",
        f"round 2 of 2: {4 * cells} cells ran so far",
        "claims that count random outcomes: 1, each 3 times more",
    ]
    assert lines[3].startswith(f"unexpected next to 1 endless loops: 0 of {4 * cells + 3 * cells // 2}, never")
    assert code == 0


def test_unexpected_verdicts_are_counted_and_set_the_exit_code(probes):
    code, lines = stress(probes, "small/wrong", "--repeat", "2", "--rounds", "1")
    cells = 2 * methods_of_this_python()
    assert lines[-1].startswith(f"unexpected next to 1 endless loops: {cells} of {cells}, always")
    assert code == 1


def test_bad_input_ends_it_with_the_exit_code_of_procsem(probes):
    code, lines = stress(probes, "small/nothing")
    assert code == 2
    (line,) = lines
    assert line.startswith("procsem: ")


@pytest.mark.parametrize(
    ("repeats", "as_expected", "unexpected"),
    [({}, True, 0), ({}, False, 1), ({"upheld": 5}, True, 0), ({"upheld": 3, "refuted": 2}, False, 2)],
)
def test_unexpected_runs_of_a_cell(repeats, as_expected, unexpected):
    assert count_unexpected({"repeats": repeats, "expected": "upheld", "as_expected": as_expected}) == unexpected


def test_totals_add_up_over_runs():
    cell = {"claim": "a/b", "repeats": {"upheld": 4}, "expected": "upheld", "as_expected": True, "arms": {}}
    counted = {**cell, "claim": "a/c", "repeats": {}, "arms": {"control": {"facts": {"luck": {"seen": 0, "of": 9}}}}}
    totals = Totals()
    totals.add(0, [cell])
    totals.add(1, [cell, counted])
    totals.add(0, [])
    assert (totals.exit_code, totals.cells, totals.unexpected, totals.random_claims) == (1, 9, 0, {"a/c"})


def test_endless_loops_use_cpu_and_end_with_the_block():
    with endless_loops(2) as loops:
        pids = [loop.pid for loop in loops]
        wait_until(lambda: all(sum(psutil.Process(pid).cpu_times()[:2]) > 0.05 for pid in pids))
    assert [pid for pid in pids if psutil.pid_exists(pid)] == []


def test_a_loop_ends_when_its_standard_input_ends():
    with subprocess.Popen([sys.executable, "-c", LOOP], stdin=subprocess.PIPE) as loop:
        try:
            loop.stdin.close()
            assert loop.wait(60) == 0
        finally:
            loop.kill()


@pytest.mark.skipif(os.name != "posix", reason="needs SIGKILL")
def test_loops_end_when_the_tool_is_killed():
    code = (
        "import sys\nfrom procsem_dev.stress.__main__ import endless_loops\n"
        "with endless_loops(1) as loops:\n    print(loops[0].pid, flush=True)\n    sys.stdin.read()\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as tool:
        loop = psutil.Process(int(tool.stdout.readline()))
        tool.kill()
    wait_until(lambda: not loop.is_running() or loop.status() == psutil.STATUS_ZOMBIE)


def wait_until(condition, timeout=60):
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)
