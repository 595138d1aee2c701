"""The chaos tool: what it disturbs, how it judges a disturbed run, and one short run of each scenario."""

import math
import os
import signal
import subprocess
import sys
from collections import Counter
from random import Random

import psutil
import pytest

if sys.platform != "linux":
    pytest.skip("every scenario needs Linux", allow_module_level=True)

from attrs import evolve

from procsem.model import Comparison, Mismatch, Problem, ProblemKind, Verdict
from procsem_dev.chaos import __main__ as chaos
from procsem_dev.chaos import scenarios
from tests.dev.conftest import add_claim
from tests.unit.results.conftest import result_of

EXITED = Problem(ProblemKind.EXIT, code=-9)
MISMATCH = Mismatch("experiment", "so", Comparison(True), False)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({}, ""),
        ({"verdict": Verdict.BROKEN, "as_expected": False, "problem": EXITED}, ""),
        ({"verdict": Verdict.BROKEN, "as_expected": False}, "broken without a reason"),
        ({"verdict": Verdict.INCONCLUSIVE, "as_expected": False, "mismatches": (MISMATCH,)}, ""),
        ({"verdict": Verdict.INCONCLUSIVE, "as_expected": False}, "inconclusive without a reason"),
        ({"verdict": Verdict.REFUTED, "as_expected": False, "mismatches": (MISMATCH,)}, "experiment.so is False"),
        ({"verdict": Verdict.REFUTED, "as_expected": False, "problem": EXITED}, "expected upheld"),
        ({"as_expected": False, "problem": Problem(ProblemKind.LEAK)}, ""),
    ],
)
def test_a_cell_is_right_or_has_a_reason(changes, fault):
    wrong = chaos.wrong_cells([evolve(result_of("a/b"), **changes)])
    assert len(wrong) == bool(fault)
    assert all(fault in line for line in wrong)


@pytest.fixture
def disturbed(tmp_path):
    """A process in place of a run."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        yield scenarios.Disturbed(psutil.Process(process.pid), tmp_path, Random(1))
        process.kill()


def test_what_is_stopped_continues(disturbed):
    while not disturbed.stopped:
        scenarios.stop_and_continue(disturbed)
    assert [process.pid for process in disturbed.stopped] == [disturbed.run.pid]
    _, status = os.waitpid(disturbed.run.pid, os.WUNTRACED)
    assert os.WIFSTOPPED(status)
    scenarios.continue_all(disturbed)
    _, status = os.waitpid(disturbed.run.pid, os.WCONTINUED)
    assert os.WIFCONTINUED(status)
    assert not disturbed.stopped


def test_only_supervisors_and_probes_of_the_run_are_killed(disturbed):
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        for _ in range(100):
            scenarios.kill_some(disturbed)
        assert disturbed.run.is_running()
        assert other.poll() is None
        other.kill()


def test_ctrl_c_comes_when_a_part_of_the_cells_is_measured(tmp_path, monkeypatch):
    sent = []
    monkeypatch.setattr(scenarios, "_send", lambda process, number: sent.append(number))
    printed = [""]
    disturbed = scenarios.Disturbed(psutil.Process(), tmp_path, Random(1), printed=lambda: printed[0])
    scenarios.interrupt(disturbed)
    assert disturbed.progress() == (0, 0)
    printed[0] = "CPython 3.13.0\n"
    needed = max(1, math.ceil(disturbed.part * 20))
    for count in range(1, needed):
        printed[0] += f"[{count:2}/20] daemon/no-children (fork): upheld (0.10 s)\n"
        scenarios.interrupt(disturbed)
    assert not sent
    printed[0] += f"[{needed:2}/20] daemon/no-children (spawn): upheld (0.10 s)\n"
    scenarios.interrupt(disturbed)
    scenarios.interrupt(disturbed)
    assert sent == [signal.SIGINT, signal.SIGINT]


def test_an_interrupted_run_that_keeps_nothing_is_a_fault(probes):
    add_claim(probes, "endless", "{ so = true }", "so=__import__('threading').Event().wait()")

    def interrupt(disturbed):
        # Before the first probe, the interpreter may still be starting and print Python's own traceback.
        if scenarios.probes(disturbed.run):
            disturbed.run.send_signal(signal.SIGINT)

    too_early = scenarios.Scenario(
        "test",
        "the run gets Ctrl-C while its first probe runs",
        interrupt,
        may_end_early=True,
        keeps_cells=True,
    )
    outcome = chaos.try_scenario(too_early, ["small/endless"], probes, Random(1))
    assert outcome.message
    assert outcome.faults == (f"the run kept no cell: {outcome.message}",)


def test_a_process_that_is_left_is_named_and_ended():
    mark = f"test-{Random().getrandbits(60):x}"
    with subprocess.Popen(
        [sys.executable, "-c", "input()"], stdin=subprocess.PIPE, env={"PROCSEM_CHAOS": mark}
    ) as left:
        (line,) = chaos._left_processes(mark, settle=0.1)
        assert str(left.pid) in line
        assert left.wait() != 0


def test_the_filler_fills_and_makes_room(tmp_path, monkeypatch):
    written = []

    class Full:
        def __enter__(self):
            return self

        def __exit__(self, *error):
            pass

        def write(self, data):
            written.append(data)
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(scenarios.Path, "open", lambda *args: Full())
    disturbed = scenarios.Disturbed(psutil.Process(), tmp_path, Random(1))
    for _ in range(20):
        scenarios.fill_disk(disturbed)
    assert 0 < len(written) < 20


def test_only_the_supervisors_of_the_run_get_a_limit_that_their_probes_inherit(tmp_path, monkeypatch):
    random = Random(1)
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        supervisor = psutil.Process(process.pid)
        monkeypatch.setattr(scenarios, "supervisors", lambda run: [supervisor])
        disturbed = scenarios.Disturbed(psutil.Process(), tmp_path, random)
        before = psutil.Process().rlimit(psutil.RLIMIT_AS)
        limits = set()
        for _ in range(100):
            scenarios.limit_memory_of_probes(disturbed)
            limits.add(supervisor.rlimit(psutil.RLIMIT_AS))
        assert psutil.Process().rlimit(psutil.RLIMIT_AS) == before
        assert len(limits) > 10
        assert {most for _, most in limits} == {before[1]}, "a process may raise its limit again"
        assert min(limit for limit, _ in limits - {before}) > 20 << 20
        process.kill()


def test_an_interrupted_run_keeps_what_it_has_measured(probes, capsys):
    words = ["small/steady", "small/random", "--probes", str(probes), "--scenario", "interrupted", "--seed", "1"]
    code = chaos.main(words)
    printed = capsys.readouterr().out
    assert code == 0, printed


@pytest.mark.parametrize("name", ["stopped", "clock"])
def test_a_scenario_reports_its_cells(name, probes, capsys):
    code = chaos.main(["small/steady", "small/random", "--probes", str(probes), "--scenario", name, "--seed", "1"])
    printed = capsys.readouterr().out
    assert code == 0, printed
    assert f"{name}: 6 cells in " in printed
    assert "6 upheld" in printed


def test_a_false_verdict_is_a_fault(probes, capsys):
    code = chaos.main(["small/wrong", "--probes", str(probes), "--scenario", "clock", "--seed", "1"])
    assert code == 1
    assert "small/wrong (fork) is refuted, which is false" in capsys.readouterr().out


def test_a_run_that_ends_with_an_error_is_a_fault(probes, tmp_path):
    scenario = scenarios.Scenario("test", "the run cannot start")
    outcome = chaos.try_scenario(scenario, ["small/nothing"], probes, Random(1))
    assert outcome.cells == 0
    assert outcome.counts == Counter()
    assert any("the run ended with 2" in fault for fault in outcome.faults)


def test_a_pattern_without_a_claim_is_one_line(capsys):
    assert chaos.main(["no-such-claim"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("no claim matches 'no-such-claim'")
