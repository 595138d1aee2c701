"""Runs and merged repeats, from a fake scheduler."""

import sys
from types import SimpleNamespace

import pytest
from attrs import evolve

from procsem.model import CellResult, Problem, ProblemKind, Verdict
from procsem.runner import Target, UnknownStartMethodError, plan, run_environment, session
from procsem.runner.session import measure_targets, merge_repeats

METHODS = ["fork", "spawn"]


def result(verdict, as_expected=True, claim="a/b", method="fork"):
    return CellResult(claim, method, verdict, Verdict.UPHELD, as_expected, "", 1.0, {})


@pytest.fixture
def target(environment):
    return Target("python3", evolve(environment, facts={**environment.facts, "start_methods": METHODS}))


class FakeScheduler:
    """A scheduler whose cells are all upheld, and which raises an error after some results."""

    def __init__(self, fails_after=None):
        self.fails_after = fails_after

    def results(self, cells, repeat):
        for number, cell in enumerate(cell for _ in range(repeat) for cell in cells):
            if number == self.fails_after:
                raise KeyboardInterrupt
            yield cell, result(Verdict.UPHELD, True, *cell.key)


def test_a_run_has_one_result_per_cell_in_the_order_of_the_plan(make_claim, target):
    cells = plan([make_claim()], [], target)
    seen, kept = [], []
    run = run_environment(target, cells, FakeScheduler(), repeat=2, on_result=seen.append, keep=kept.append)
    assert [cell.key for cell in run.cells] == [cell.key for cell in cells]
    assert [cell.repeats for cell in run.cells] == [{"upheld": 2}] * 2
    assert run.complete
    assert run.environment is target.environment
    assert (len(seen), kept) == (4, [run])


def test_a_run_that_is_stopped_keeps_what_was_measured(make_claim, target):
    cells = plan([make_claim()], [], target)
    kept = []
    with pytest.raises(KeyboardInterrupt):
        run_environment(target, cells, FakeScheduler(fails_after=1), keep=kept.append)
    (run,) = kept
    assert [cell.key for cell in run.cells] == [cells[0].key]
    assert not run.complete


def test_a_run_without_a_result_is_not_kept(make_claim, target):
    kept = []
    with pytest.raises(KeyboardInterrupt):
        run_environment(target, plan([make_claim()], [], target), FakeScheduler(fails_after=0), keep=kept.append)
    assert kept == []


def test_the_environment_is_completed_with_what_is_known_at_the_end(make_claim, target, environment):
    completed = evolve(environment, facts={**environment.facts, "process_1_reaps": True})
    pid1 = SimpleNamespace(complete=lambda environment: completed)
    run = run_environment(target, plan([make_claim()], [], target), FakeScheduler(), pid1=pid1)
    assert run.environment is completed


@pytest.mark.parametrize("methods", [[], ["all"], ["all", "fork"], ["spawn", "fork"]])
def test_all_start_methods_are_the_default(make_claim, target, methods):
    assert [cell.start_method for cell in plan([make_claim()], methods, target)] == METHODS


def test_a_start_method_that_the_interpreter_lacks_is_an_error(make_claim, target):
    with pytest.raises(UnknownStartMethodError, match="has no start method 'forkserver'; it has fork, spawn"):
        plan([make_claim()], ["fork", "forkserver"], target)


def test_each_interpreter_is_measured_once_and_the_harness_s_own_by_default(monkeypatch):
    monkeypatch.setattr(
        session, "measure_target", lambda executable, sandbox, scratch, optimize: (executable, optimize)
    )
    scheduler = SimpleNamespace(scratch=None, with_sandbox=lambda function: function(None))
    assert measure_targets(["one", "two", "one"], scheduler, 2) == [("one", 2), ("two", 2)]
    assert measure_targets([], scheduler) == [(sys.executable, 0)]


def test_the_python_option_names_other_interpreters_only(target):
    assert target.python == "python3"
    assert evolve(target, executable=sys.executable).python is None


def test_repeats_that_agree_are_one_result():
    once = result(Verdict.UPHELD)
    assert merge_repeats([once]) == once
    assert merge_repeats([once, once]).repeats == {"upheld": 2}


def test_repeats_that_disagree_are_inconclusive():
    once = result(Verdict.UPHELD)
    mixed = merge_repeats([once, result(Verdict.REFUTED, as_expected=False), once])
    assert (mixed.verdict, mixed.as_expected) == (Verdict.INCONCLUSIVE, False)
    assert mixed.problem == Problem(ProblemKind.DISAGREEMENT, counts={"upheld": 2, "refuted": 1})


def test_the_first_unexpected_repeat_is_shown():
    unexpected = result(Verdict.UPHELD, as_expected=False)
    merged = merge_repeats([result(Verdict.UPHELD), unexpected])
    assert (merged.verdict, merged.as_expected) == (Verdict.UPHELD, False)
