"""Rules on recorded evidence: the marked line has the marked cause, with every interpreter that was recorded.

``python -m tests.check.record`` records; the evidence of a program is in ``evidence/``.
"""

import pytest
from attrs import evolve

from procsem.check.case import Case
from procsem.check.diagnose import diagnose
from procsem.check.evidence import Event
from tests.check.conftest import EVIDENCE, PROGRAMS, expected, files_of, found
from tests.check.store import load

RECORDED = sorted(EVIDENCE.glob("*.jsonl"))


def program_of(file):
    folder = PROGRAMS / file.stem
    return folder if folder.is_dir() else PROGRAMS / f"{file.stem}.py"


@pytest.mark.parametrize("file", RECORDED, ids=lambda file: file.stem)
def test_each_program_has_its_marked_findings_and_no_other(file):
    program = program_of(file)
    recorded = load(file)
    for python in dict.fromkeys(run.python for run in recorded):
        runs = tuple(run for run in recorded if run.python == python)
        diagnosis = diagnose(Case(runs))
        wanted = expected(program, runs[0].version, runs[0].implementation)
        assert found(diagnosis) == wanted, runs[0].python
        assert not diagnosis.unexplained
        # Programs that choose their own start method, and executors that do, have this doubt and no other.
        assert all(" and not tested under " in doubt for doubt in diagnosis.doubts)


def test_children_of_a_method_that_the_program_chose_are_named_with_their_number_and_line():
    recorded = load(EVIDENCE / "doc_context_ok.jsonl")
    (run,) = [run for run in recorded if run.start_method == "forkserver" and run.python == recorded[0].python]
    (doubt,) = diagnose(Case((run,))).doubts
    assert doubt.endswith(
        ": 1 child was started by spawn, chosen at /work/doc_context_ok.py:11, and not tested under forkserver"
    )


@pytest.mark.parametrize("name", ["task_done_forgotten", "sentinel_not_done", "join_before_get", "join_all_before_get"])
def test_a_program_that_was_ended_while_something_may_still_happen_has_no_deadlock(name):
    recorded = load(EVIDENCE / f"{name}.jsonl")
    runs = tuple(evolve(run, hang=still_waiting(run.hang)) for run in recorded if run.hang)
    assert runs
    assert not found(diagnose(Case(runs)))


def test_a_test_that_fails_under_the_default_method_only_is_explained_by_the_finding_there():
    recorded = load(EVIDENCE / "test_patched_function.jsonl")
    runs = tuple(evolve(run, default_method="forkserver") for run in recorded if run.python == recorded[0].python)
    diagnosis = diagnose(Case(runs))
    assert [set(finding.start_methods) for finding in diagnosis.findings] == [{"spawn", "forkserver"}]
    assert not diagnosis.unexplained


def test_a_program_that_fails_in_every_run_is_doubted():
    recorded = load(EVIDENCE / "lambda_target_ok.jsonl")
    runs = [run for run in recorded if run.python == recorded[0].python]
    failing = [evolve(run, exit_code=1, output="\x1b[1mNo module named 'shop'\n") for run in runs]
    (doubt,) = diagnose(Case(tuple(failing))).doubts
    assert doubt == (
        "the program ended with exit code 1 in every run, whatever the start method: [1mNo module named 'shop'"
    )
    assert not diagnose(Case((*failing[1:], runs[0]))).doubts, "it works in a run"


def still_waiting(hang):
    """Return how a run stood still if its last thread had waited with a timeout."""
    return evolve(hang, proven=False, waits=(*hang.waits[:-1], evolve(hang.waits[0], call="sleep", endless=False)))


def test_every_program_is_recorded_and_exists_without_its_cause():
    programs = {path.stem for path in PROGRAMS.iterdir() if not path.name.startswith("__")}
    assert {file.stem for file in RECORDED} == programs
    faulty = {path.stem for path in PROGRAMS.iterdir() if any("# cause:" in f.read_text() for f in files_of(path))}
    # A program may share its sound counterpart with others of its kind, and names it then.
    for name in faulty:
        text = files_of(next(PROGRAMS.glob(f"{name}*")))[0].read_text()
        counterpart = text.partition("Sound: ")[2].partition(".")[0] or f"{name}_ok"
        assert counterpart in programs, f"{name}: there is no {counterpart}"


def test_a_file_without_a_name_is_not_meant_where_pytest_captures_the_output():
    recorded = [run for run in load(EVIDENCE / "file_read_by_forks.jsonl") if not run.interventions]
    runs = tuple(run for run in recorded if run.python == recorded[0].python)
    assert diagnose(Case(runs)).proposed
    ended = Event(runs[0].main.events[-1].t, "test", {"id": "test_a", "outcome": "failed", "began": 0.0})
    suites = tuple(
        evolve(run, processes=(evolve(run.main, events=(*run.main.events, ended)), *run.processes[1:])) for run in runs
    )
    assert not diagnose(Case(suites)).proposed


def test_a_child_that_waits_for_a_lock_may_send_what_another_waits_for_though_a_sibling_was_killed():
    recorded = [run for run in load(EVIDENCE / "lock_of_killed_supervised.jsonl") if run.hang]
    assert recorded
    # The killed process was too slow to write its stacks, so nobody knows that it held the lock.
    runs = tuple(
        evolve(run, processes=tuple(without_last_stacks(run, each) for each in run.processes)) for run in recorded
    )
    diagnosis = diagnose(Case(runs))
    assert not diagnosis.findings
    assert {each.difference.here for each in diagnosis.unexplained} == {"deadlock"}


def without_last_stacks(run, process):
    """Return a process that was killed before the end of the run without its stacks."""
    if run.is_alive(process.pid):
        return process
    return evolve(process, events=tuple(event for event in process.events if event.kind != "stacks"))
