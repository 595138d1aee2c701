"""Suites of pytest: the outcome of each test under each start method, and findings that belong to tests."""

import json
import sys
import textwrap
from pathlib import Path

import jsonschema
import pytest
from attrs import evolve

from procsem.check.case import Case
from procsem.check.diagnose import diagnose
from procsem.check.evidence import Event, Hang, Process, from_json, to_json
from procsem.check.run import Request, run_once
from procsem.check.schema import SCHEMA_FILE, to_data
from procsem.check.session import Session, check
from procsem.check.suite import concerned_tests, suite_tests, table
from procsem.check.target import parse
from procsem.check.views import markdown, terminal
from procsem.environment import identify
from tests.check.conftest import EVIDENCE
from tests.check.store import load

SUITE = """
    import multiprocessing
    import os

    import pytest

    VALUES = []

    def launch(target, *args):
        child = multiprocessing.Process(target=target, args=args)
        child.start()
        child.join()
        assert child.exitcode == 0

    def expect_values():
        if not VALUES:
            raise SystemExit(3)

    def test_lambda():
        launch(lambda: None)

    def test_builtin():
        launch(int)

    def test_values():
        VALUES.append(1)
        launch(expect_values)

    def test_fails():
        assert 0, "always"

    @pytest.mark.skip
    def test_skipped():
        pass

    @pytest.mark.xfail
    def test_expected():
        assert 0

    @pytest.mark.xfail
    def test_known_bug():
        multiprocessing.get_context("spawn").Process(target=lambda: None).start()

    @pytest.fixture
    def broken():
        raise OSError("no")

    def test_error(broken):
        pass

    def test_handled():
        with pytest.raises(Exception):
            multiprocessing.get_context("spawn").Process(target=lambda: None).start()
"""


@pytest.fixture(scope="module")
def diagnosis(tmp_path_factory):
    folder = tmp_path_factory.mktemp("suite")
    (folder / "test_own.py").write_text(textwrap.dedent(SUITE), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.delenv("PYTEST_ADDOPTS", raising=False)
        words = ["pytest", "-q", "-p", "no:cacheprovider", "test_own.py"]
        return check(Session(parse(words, folder), (sys.executable,), ("fork", "spawn"), timeout=60.0))


def outcomes(run):
    return {test.id.partition("::")[2]: test.outcome for test in suite_tests(run)}


def test_each_test_has_the_outcome_that_pytest_reports(diagnosis):
    by_method = {run.start_method: outcomes(run) for run in diagnosis.case.runs if not run.interventions}
    always = {"test_fails": "failed", "test_skipped": "skipped", "test_expected": "xfailed", "test_error": "error"}
    always |= {"test_known_bug": "xfailed", "test_builtin": "passed", "test_handled": "passed"}
    assert by_method["fork"] == {**always, "test_lambda": "passed", "test_values": "passed"}
    assert by_method["spawn"] == {**always, "test_lambda": "failed", "test_values": "failed"}


def test_each_finding_belongs_to_its_test(diagnosis):
    found = {finding.cause.name: finding.tests for finding in diagnosis.findings}
    assert found == {
        "unpicklable-target": ("test_own.py::test_lambda",),
        "state-not-inherited": ("test_own.py::test_values",),
    }
    assert not diagnosis.unexplained


def test_tests_that_pass_because_of_fork_are_listed_by_name(diagnosis):
    (found,) = diagnosis.tables
    assert found.only_under_fork == ("test_own.py::test_lambda", "test_own.py::test_values")
    assert {row.id.partition("::")[2] for row in found.shown} == {
        "test_lambda",
        "test_values",
        "test_fails",
        "test_error",
    }


def test_the_table_is_in_every_form(diagnosis):
    data = json.loads(json.dumps(to_data(diagnosis)))
    jsonschema.validate(data, json.loads(SCHEMA_FILE.read_text(encoding="utf-8")))
    (tests,) = data["tests"]
    assert tests["total"] == 9
    row = next(row for row in tests["differing"] if row["test"].endswith("test_lambda"))
    assert row["outcomes"] == {"fork": "passed", "spawn": "failed"}
    assert "pickle" in row["messages"]["spawn"]
    assert row["causes"] == ["unpicklable-target"]
    text = terminal.render(diagnosis, 80)
    assert "5 other tests, alike under every method" in text
    assert "pass only under fork:\n    test_own.py::test_lambda\n    test_own.py::test_values\n" in text
    summary = markdown.render(diagnosis, Path(diagnosis.case.runs[0].cwd))
    assert "| `test_own.py::test_lambda` | passed | failed | unpicklable-target |" in summary
    assert "- Tests: `test_own.py::test_values`" in summary


def test_pytest_shows_no_frame_of_the_recorder(diagnosis):
    assert all("/recorder/" not in run.output for run in diagnosis.case.runs)


def test_a_test_that_differs_without_a_finding_is_unexplained(diagnosis):
    runs = tuple(run for run in diagnosis.case.runs if not run.interventions)
    spawned = next(run for run in runs if run.start_method == "spawn")
    damaged = evolve(spawned, processes=tuple(renamed(p, "test_builtin", "failed") for p in spawned.processes))
    again = diagnose(Case(tuple(damaged if run is spawned else run for run in runs)))
    (unexplained,) = again.unexplained
    # Without the run that confirms it, the cause of test_values is not known either.
    assert unexplained.difference.tests == ("test_own.py::test_builtin", "test_own.py::test_values")
    assert unexplained.difference.here.splitlines()[0] == "test_own.py::test_builtin failed"


@pytest.mark.parametrize("outcome", ["skipped", "xfailed"])
def test_a_test_that_is_skipped_or_expected_to_fail_under_a_method_is_shown_and_is_not_unexplained(diagnosis, outcome):
    runs = list(diagnosis.case.runs)
    (number,) = [n for n, run in enumerate(runs) if run.start_method == "spawn" and not run.interventions]
    processes = tuple(renamed(process, "test_builtin", outcome) for process in runs[number].processes)
    runs[number] = evolve(runs[number], processes=processes)
    again = diagnose(Case(tuple(runs)))
    assert not again.unexplained
    (found,) = again.tables
    row = next(row for row in found.shown if row.id.endswith("test_builtin"))
    assert row.outcomes == {"fork": "passed", "spawn": outcome}


def test_a_flaky_test_is_noise(diagnosis):
    runs = [run for run in diagnosis.case.runs if not run.interventions]
    first = runs[0]
    assert first.start_method == "fork"
    runs[0] = evolve(first, processes=tuple(renamed(p, "test_builtin", "failed") for p in first.processes))
    (found,) = diagnose(Case(tuple(runs))).tables
    row = next(row for row in found.shown if row.id.endswith("test_builtin"))
    assert row.outcomes == {"fork": "failed/passed", "spawn": "passed"}
    assert all("test_builtin" not in each.difference.here for each in diagnose(Case(tuple(runs))).unexplained)


def renamed(process, test, outcome):
    """Return the process with another outcome of one of its tests."""
    events = tuple(
        evolve(event, data={**event.data, "outcome": outcome})
        if event.kind == "test" and event["id"].endswith(f"::{test}")
        else event
        for event in process.events
    )
    return evolve(process, events=events)


@pytest.fixture
def recorded():
    """A recorded run, to be filled with other processes."""
    return load(EVIDENCE / "lambda_target.jsonl")[0]


def process(key, pid, ppid, role, start, *events):
    return Process(key, pid, ppid, role, (Event(start, "process", {"pid": pid}), *events))


def ended(t, name, outcome="passed", began=0.0):
    return Event(t, "test", {"id": name, "outcome": outcome, "began": began, "message": None})


def test_a_child_belongs_to_the_test_during_which_it_was_started(recorded):
    at = (("/work/helper.py", 5, "launch"),)
    run = evolve(
        recorded,
        processes=(
            process("1", 1, 0, "program", 0.0, ended(2.0, "a", began=1.0), ended(4.0, "b", began=3.0)),
            # It goes on after its test; its own child belongs to the same test.
            process("2", 2, 1, "forked", 1.5, Event(3.5, "signal", {"at": at})),
            process("3", 3, 2, "forked", 3.2, Event(3.6, "signal", {"at": at})),
        ),
    )
    assert concerned_tests(run, at, "/work/helper.py", 5, ()) == ("a",)


def test_of_tests_that_share_a_line_only_those_with_a_problem_count(recorded):
    at = (("/work/helper.py", 5, "launch"),)
    starts = [Event(t, "start", {"at": at}) for t in (1.5, 3.5)]
    tests = ended(2.0, "a", began=1.0), ended(4.0, "b", "failed", began=3.0)
    run = evolve(recorded, processes=(process("1", 1, 0, "program", 0.0, starts[0], tests[0], starts[1], tests[1]),))
    assert concerned_tests(run, at, "/work/helper.py", 5, ()) == ("b",)


def test_a_test_that_hangs_is_not_finished_and_those_after_it_do_not_count(recorded):
    sound = evolve(
        recorded,
        start_method="fork",
        processes=(process("1", 1, 0, "program", 0.0, ended(2.0, "a"), ended(3.0, "b"), ended(4.0, "c")),),
    )
    hung = evolve(
        sound,
        start_method="spawn",
        status="timed out",
        exit_code=None,
        hang=Hang(False, 9.0),
        processes=(process("1", 1, 0, "program", 0.0, ended(2.0, "a"), Event(2.5, "test begun", {"id": "b"})),),
    )
    case = Case((sound, sound, hung))
    assert case.difference(hung).tests == ("b",)
    (shown, _) = table(case.runs).shown
    assert shown.outcomes == {"fork": "passed", "spawn": "not finished"}
    assert shown.only_under_fork


def test_a_forked_child_that_goes_on_with_the_suite_does_not_count(recorded):
    run = evolve(
        recorded,
        processes=(
            process("1", 1, 0, "program", 0.0, ended(5.0, "a", began=1.0)),
            process("2", 2, 1, "forked", 1.5, ended(2.0, "a", "failed", began=1.8)),
        ),
    )
    assert [test.outcome for test in suite_tests(run)] == ["passed"]


def test_the_tests_of_a_pytest_that_a_test_starts_are_not_part_of_the_suite(recorded):
    run = evolve(
        recorded,
        processes=(
            process("1", 1, 0, "program", 0.0, Event(0.1, "collection failed", {"id": "broken", "message": ""})),
            # A worker of pytest-xdist runs the suite; its parent runs no test.
            process("2", 2, 1, "program", 0.5, ended(5.0, "a", began=1.0)),
            process("3", 3, 2, "program", 1.5, ended(2.0, "inner", "failed", began=1.8)),
            process("4", 4, 3, "program", 1.6, Event(1.9, "test begun", {"id": "inner of a worker"})),
        ),
    )
    assert [test.id for test in suite_tests(run)] == ["broken", "a"]


def test_the_outcomes_before_a_crash_are_known(tmp_path, monkeypatch, default):
    monkeypatch.chdir(tmp_path)
    Path("test_crash.py").write_text(
        "import os, pytest, signal, time\n"
        "@pytest.mark.parametrize('number', range(3))\n"
        "def test_quick(number): time.sleep(0.11)\n"
        "def test_crash(): os.kill(os.getpid(), signal.SIGKILL)\n",
        encoding="utf-8",
    )
    target = parse(["pytest", "-q", "test_crash.py"], tmp_path)
    run = run_once(Request(target, identify(sys.executable), "spawn", default, 60.0))
    assert list(outcomes(run).values()) == ["passed", "passed", "passed", "not finished"]
    assert from_json(to_json(run)) == run


def test_a_file_that_cannot_be_collected_is_a_row(tmp_path, monkeypatch, default):
    monkeypatch.chdir(tmp_path)
    Path("test_bad.py").write_text("import missing_module\n", encoding="utf-8")
    target = parse(["pytest", "-q"], tmp_path)
    run = run_once(Request(target, identify(sys.executable), "spawn", default, 60.0))
    (test,) = suite_tests(run)
    assert (test.id, test.outcome) == ("test_bad.py", "error")
    assert "missing_module" in test.message


def test_the_tests_that_the_workers_of_xdist_run_are_known(tmp_path, monkeypatch, default):
    pytest.importorskip("xdist")
    monkeypatch.chdir(tmp_path)
    Path("test_own.py").write_text(
        "import multiprocessing\n"
        "def launch(target):\n"
        "    child = multiprocessing.Process(target=target)\n"
        "    child.start()\n"
        "    child.join()\n"
        "def test_lambda(): launch(lambda: None)\n"
        "def test_builtin(): launch(int)\n",
        encoding="utf-8",
    )
    target = parse(["pytest", "-q", "-n", "2", "-p", "no:cacheprovider", "test_own.py"], tmp_path)
    run = run_once(Request(target, identify(sys.executable), "spawn", default, 120.0))
    assert outcomes(run) == {"test_lambda": "failed", "test_builtin": "passed"}
    (finding,) = diagnose(Case((run,))).findings
    assert (finding.cause.name, finding.line, finding.tests) == ("unpicklable-target", 4, ("test_own.py::test_lambda",))


def test_a_test_that_runs_a_pytest_in_its_own_process_has_a_row_and_the_tests_of_that_pytest_have_none(
    tmp_path, monkeypatch, default
):
    monkeypatch.chdir(tmp_path)
    Path("conftest.py").write_text("pytest_plugins = ['pytester']\n", encoding="utf-8")
    inner = "import unittest\ndef test_bad(): assert 0\nclass T(unittest.TestCase):\n    def test_t(self): assert 0\n"
    Path("test_outer.py").write_text(
        f"INNER = {inner!r}\n"
        "def test_fails(pytester):\n"
        "    pytester.makepyfile(INNER)\n"
        "    pytester.makepyfile(test_broken='import missing_module')\n"
        "    found = pytester.runpytest_inprocess('--continue-on-collection-errors')\n"
        "    found.assert_outcomes(failed=2, errors=1)\n"
        "    raise ValueError('outer')\n"
        "def test_after(): pass\n",
        encoding="utf-8",
    )
    target = parse(["pytest", "-q", "-p", "no:cacheprovider", "test_outer.py"], tmp_path)
    run = run_once(Request(target, identify(sys.executable), "spawn", default, 120.0))
    assert outcomes(run) == {"test_fails": "failed", "test_after": "passed"}
    raised = [(event["test"], event["exception"]["type"]) for _, event in run.events("test raised")]
    assert raised == [("test_outer.py::test_fails", "ValueError")]
