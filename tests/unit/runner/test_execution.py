"""Which cells share one run of a probe, and what each is told of it. No process runs: the sandbox is a stand-in."""

import json
from pathlib import Path

import pytest
from attrs import evolve

from procsem.containment import Ending, Status
from procsem.model import Verdict
from procsem.runner import Cell, Scheduler, ScratchSpace, Target, executions, plan, schedule
from procsem.runner.execution import run

METHODS = ["fork", "spawn"]
SEEN = {
    "experiment": {"started": False, "error": "AssertionError"},
    "control": {"started": True},
    "late": {"started": True, "error": "none"},
}
SECONDS = {"experiment": 1.0, "control": 2.0, "late": 4.0}


class StandIn:
    """A sandbox that writes the report that a probe would, and remembers what it was given."""

    def __init__(self, status=Status.EXITED, code=0, errors=()):
        self.status, self.code, self.errors = status, code, dict(errors)
        self.tasks = []

    def run(self, task):
        self.tasks.append(task)
        words = list(task.argv)
        arms = [word for word in words if word in SEEN]
        told = {
            arm: {"facts": SEEN[arm], "timeline": [], "seconds": SECONDS[arm], "error": self.errors.get(arm)}
            for arm in arms
        }
        report = Path(words[words.index("--report") + 1])
        report.write_text(json.dumps({"arms": told, "done": not self.errors}), encoding="utf-8")
        return Ending(self.status, self.code, 0.5 + sum(SECONDS[arm] for arm in arms), None, b"")

    def cancel(self):
        pass

    def close(self):
        pass


@pytest.fixture
def claims(make_claim):
    """Two claims of one probe, which share an arm, and one of another probe."""
    first = make_claim(seconds=10)
    first = evolve(first, probe=first.file.with_name("shared.py"))
    experiment, control = first.arms
    late = evolve(experiment, name="late", run="late")
    second = evolve(first, id="daemon/late", arms=(late, control), seconds=30.0)
    return [first, second, evolve(first, id="daemon/other", probe=first.file.with_name("other.py"))]


@pytest.fixture
def target(environment):
    facts = {**environment.facts, "start_methods": METHODS}
    return Target("python3", evolve(environment, facts=facts))


@pytest.fixture
def cells(claims, target):
    return plan(claims, [], target)


def names(execution):
    return [(cell.claim.id, cell.start_method) for cell in execution.cells]


def test_cells_of_one_probe_and_start_method_share_an_execution(cells):
    assert [names(each) for each in executions(cells)] == [
        [("daemon/no-children", method), ("daemon/late", method)] if probe == "shared" else [("daemon/other", method)]
        for probe in ("shared", "other")
        for method in METHODS
    ]


def test_it_runs_each_arm_once_and_has_the_time_of_all_its_claims(cells):
    shared = executions(cells)[0]
    assert [word for word in shared.command() if word in SEEN] == ["experiment", "control", "late"]
    assert shared.timeout == 40


@pytest.mark.parametrize(
    "change",
    [{"alone": True}, {"residue": ("process",)}],
    ids=lambda change: next(iter(change)),
)
def test_claims_that_are_run_in_another_way_share_none(claims, target, change):
    cells = plan([claims[0], evolve(claims[1], **change)], ["fork"], target)
    assert len(executions(cells)) == 2


def test_interpreters_and_flags_share_none(claims, target):
    others = [target, evolve(target, executable="python4"), evolve(target, flags=("-O",))]
    assert len(executions([Cell(claims[0], "fork", each) for each in others])) == len(others)


def test_a_cell_whose_needs_are_not_met_runs_nothing_and_takes_no_other_with_it(claims, make_claim, target):
    needy = evolve(claims[1], needs=make_claim(needs={"system": "windows"}).needs)
    kept, dropped = executions(plan([claims[0], needy], ["fork"], target))
    sandbox = StandIn()
    with ScratchSpace() as scratch:
        (result,) = run(dropped, sandbox, scratch)
        assert (result.verdict, sandbox.tasks) == (Verdict.UNSUPPORTED, [])
        (result,) = run(kept, sandbox, scratch)
    assert "late" not in sandbox.tasks[0].argv
    assert result.verdict is Verdict.UPHELD


def test_each_cell_is_judged_by_its_own_arms(cells):
    with ScratchSpace() as scratch:
        first, second = run(executions(cells)[0], StandIn(), scratch)
    assert (first.verdict, first.as_expected) == (Verdict.UPHELD, True)
    assert (second.verdict, second.as_expected) == (Verdict.REFUTED, False)
    assert [set(each.arms) for each in (first, second)] == [{"experiment", "control"}, {"late", "control"}]


def test_its_time_is_without_the_arms_of_others(cells):
    with ScratchSpace() as scratch:
        seconds = [result.seconds for result in run(executions(cells)[0], StandIn(), scratch)]
    assert seconds == [3.5, 6.5]


@pytest.mark.parametrize(
    ("sandbox", "problem"),
    [
        (StandIn(Status.SIGNALLED, 11), "ended by SIGSEGV"),
        (StandIn(Status.TIMED_OUT, None), "did not end within 40 s"),
        (StandIn(Status.EXITED, 1, {"late": "OSError: no"}), "its arm 'late' raised OSError: no"),
    ],
    ids=["signal", "timeout", "arm"],
)
def test_what_goes_wrong_is_held_against_every_cell(cells, sandbox, problem):
    with ScratchSpace() as scratch:
        for result in run(executions(cells)[0], sandbox, scratch):
            assert result.verdict is Verdict.BROKEN
            assert problem in result.problem


def test_the_scheduler_gives_a_result_for_each_cell_and_repeat(cells):
    sandbox = StandIn()
    with ScratchSpace() as scratch, Scheduler(1, scratch, opener=lambda: sandbox) as scheduler:
        results = list(scheduler.results(cells, repeat=3))
    assert len(results) == 3 * len(cells)
    assert all((cell.claim.id, cell.start_method) == (r.claim, r.start_method) for cell, r in results)
    assert len(sandbox.tasks) == 3 * len(executions(cells))


@pytest.mark.parametrize(("cpus", "jobs"), [(1, 2), (2, 4), (8, 16)])
def test_probes_wait_a_part_of_their_time_so_more_run_than_there_are_cpus(monkeypatch, cpus, jobs):
    monkeypatch.setattr(schedule, "usable_cpus", lambda: cpus)
    assert schedule.default_jobs() == jobs
