"""Which cells share one run of a probe, and what each result says. No process runs: the sandbox is a fake."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from attrs import evolve

from procsem.containment import Ending, Status
from procsem.model import Problem, ProblemKind, Verdict
from procsem.runner import Cell, Scheduler, ScratchSpace, Target, executions, plan
from procsem.runner.execution import problem_of_ending, read_report, run
from procsem.runner.plan import costliest_first

METHODS = ["fork", "spawn"]
SEEN = {
    "experiment": {"started": False, "error": "AssertionError"},
    "control": {"started": True},
    "late": {"started": True, "error": "none"},
}
SECONDS = {"experiment": 1.0, "control": 2.0, "late": 4.0}


class FakeSandbox:
    """A sandbox that writes a report as a probe would, and records its tasks."""

    def __init__(self, status=Status.EXITED, code=0, errors=()):
        self.status, self.code, self.errors = status, code, dict(errors)
        self.tasks = []

    def run(self, task):
        self.tasks.append(task)
        words = list(task.argv)
        arms = [word for word in words if word in SEEN]
        reported = {
            arm: {"facts": SEEN[arm], "timeline": [], "seconds": SECONDS[arm], "error": self.errors.get(arm)}
            for arm in arms
        }
        report = Path(words[words.index("--report") + 1])
        report.write_text(json.dumps({"arms": reported, "done": not self.errors}), encoding="utf-8")
        return Ending(self.status, self.code, 0.5 + sum(SECONDS[arm] for arm in arms), None, b"")

    def cancel(self):
        pass

    def close(self):
        pass


@pytest.fixture
def claims(make_claim):
    """Two claims of one probe that share an arm, and a claim of another probe."""
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


def test_an_execution_runs_each_arm_once_with_the_sum_of_the_timeouts(cells):
    shared = executions(cells)[0]
    assert [word for word in shared.command() if word in SEEN] == ["experiment", "control", "late"]
    assert shared.timeout == 40


def test_an_arm_may_take_as_long_as_if_its_claim_were_the_only_one(cells):
    shared, _, alone, _ = executions(cells)
    assert (shared.arm_timeout, alone.arm_timeout) == (30, 10)
    with ScratchSpace() as scratch:
        run(shared, sandbox := FakeSandbox(), scratch)
    (task,) = sandbox.tasks
    assert (task.timeout, task.progress.timeout) == (40, 30)
    assert task.progress.file == task.argv[-1], "the probe replaces its report after each arm"


def test_on_a_slow_machine_each_claim_is_given_more_time(cells):
    shared, _, alone, _ = executions(cells, shortest_timeout=20)
    assert (shared.timeout, shared.arm_timeout) == (20 + 30, 30)
    assert (alone.timeout, alone.arm_timeout) == (20, 20)


@pytest.mark.parametrize(
    ("seconds", "reported", "done", "problem"),
    [
        (30.5, ["experiment"], False, Problem(ProblemKind.TIMEOUT, arm="control", seconds=30)),
        (30.5, None, False, Problem(ProblemKind.TIMEOUT, arm="experiment", seconds=30)),
        (37.56, ["experiment", "control", "late"], True, Problem(ProblemKind.TIMEOUT, seconds=37.6)),
        (40.5, ["experiment"], False, Problem(ProblemKind.TIMEOUT, seconds=40)),
        (30.5, "damaged", False, Problem(ProblemKind.TIMEOUT, seconds=30.5)),
    ],
)
def test_an_arm_that_hangs_is_named(cells, seconds, reported, done, problem):
    class Hanging(FakeSandbox):
        def run(self, task):
            arms = {arm: {"facts": {}, "timeline": [], "seconds": 1.0, "error": None} for arm in reported or ()}
            if reported is not None:
                text = reported if isinstance(reported, str) else json.dumps({"arms": arms, "done": done})
                Path(task.progress.file).write_text(text, encoding="utf-8")
            return Ending(Status.TIMED_OUT, None, seconds, None, b"")

    with ScratchSpace() as scratch:
        for result in run(executions(cells)[0], Hanging(), scratch):
            assert (result.verdict, result.problem) == (Verdict.BROKEN, problem)


@pytest.mark.parametrize(
    "change",
    [{"alone": True}, {"residue": ("process",)}],
    ids=lambda change: next(iter(change)),
)
def test_claims_that_need_different_runs_share_no_execution(claims, target, change):
    cells = plan([claims[0], evolve(claims[1], **change)], ["fork"], target)
    assert len(executions(cells)) == 2


def test_interpreters_and_flags_share_no_execution(claims, target):
    others = [target, evolve(target, executable="python4"), evolve(target, flags=("-O",))]
    assert len(executions([Cell(claims[0], "fork", each) for each in others])) == len(others)


def test_a_cell_with_an_unmet_requirement_runs_nothing_and_does_not_affect_others(claims, make_claim, target):
    needy = evolve(claims[1], needs=make_claim(needs={"system": "windows"}).needs)
    kept, dropped = executions(plan([claims[0], needy], ["fork"], target))
    sandbox = FakeSandbox()
    with ScratchSpace() as scratch:
        (result,) = run(dropped, sandbox, scratch)
        assert (result.verdict, sandbox.tasks) == (Verdict.UNSUPPORTED, [])
        (result,) = run(kept, sandbox, scratch)
    assert "late" not in sandbox.tasks[0].argv
    assert result.verdict is Verdict.UPHELD


def test_each_cell_is_judged_by_its_own_arms(cells):
    with ScratchSpace() as scratch:
        first, second = run(executions(cells)[0], FakeSandbox(), scratch)
    assert (first.verdict, first.as_expected) == (Verdict.UPHELD, True)
    assert (second.verdict, second.as_expected) == (Verdict.REFUTED, False)
    assert [set(each.arms) for each in (first, second)] == [{"experiment", "control"}, {"late", "control"}]


def test_the_time_of_a_cell_is_without_the_arms_of_others(cells):
    with ScratchSpace() as scratch:
        seconds = [result.seconds for result in run(executions(cells)[0], FakeSandbox(), scratch)]
    assert seconds == [3.5, 6.5]


@pytest.mark.parametrize(
    ("sandbox", "problem"),
    [
        (FakeSandbox(Status.EXITED, 3), Problem(ProblemKind.EXIT, code=3)),
        (FakeSandbox(Status.SIGNALLED, 11), Problem(ProblemKind.EXIT, code=-11)),
        (FakeSandbox(Status.TIMED_OUT, None), Problem(ProblemKind.TIMEOUT, seconds=7.5)),
        (FakeSandbox(Status.PROCESS_LIMIT, None), Problem(ProblemKind.PROCESS_LIMIT)),
        (FakeSandbox(Status.NOT_STARTED, None), Problem(ProblemKind.NOT_STARTED)),
        (FakeSandbox(Status.CANCELLED, None), Problem(ProblemKind.CANCELLED)),
        (FakeSandbox(Status.LOST, None), Problem(ProblemKind.LOST)),
        (
            FakeSandbox(Status.EXITED, 1, {"late": "OSError: no"}),
            Problem(ProblemKind.ARM_ERROR, arm="late", detail="OSError: no"),
        ),
    ],
    ids=lambda value: value.kind if isinstance(value, Problem) else "",
)
def test_a_problem_counts_against_every_cell(cells, sandbox, problem):
    with ScratchSpace() as scratch:
        for result in run(executions(cells)[0], sandbox, scratch):
            assert result.verdict is Verdict.BROKEN
            assert result.problem == problem


def test_what_is_seen_while_the_disk_is_full_decides_nothing(cells, monkeypatch):
    with ScratchSpace() as scratch:
        monkeypatch.setattr(scratch.disk, "was_full_since", lambda moment: True)
        for result in run(executions(cells)[0], FakeSandbox(), scratch):
            assert (result.verdict, result.problem) == (Verdict.BROKEN, Problem(ProblemKind.DISK_FULL))
        (named, *_) = run(executions(cells)[0], FakeSandbox(Status.EXITED, 3), scratch)
        assert named.problem == Problem(ProblemKind.EXIT, code=3)


@pytest.mark.parametrize(
    "line",
    [
        "MemoryError",
        "OSError: [Errno 12] Cannot allocate memory",
        "RuntimeError: can't start new thread",
        "ImportError: /lib/libm.so.6: failed to map segment from shared object",
        "sh: 1: Cannot fork: out of memory",
    ],
)
def test_what_is_seen_while_memory_is_short_decides_nothing(cells, line):
    class Short(FakeSandbox):
        def run(self, task):
            return replace(super().run(task), output=f"Process-2:\nTraceback...\n{line}\nlast".encode())

    with ScratchSpace() as scratch:
        for result in run(executions(cells)[0], Short(), scratch):
            assert result.verdict is Verdict.BROKEN
            assert result.problem == Problem(ProblemKind.MEMORY_SHORT, detail=line)
        (named, *_) = run(executions(cells)[0], Short(Status.EXITED, 3), scratch)
        assert named.problem == Problem(ProblemKind.EXIT, code=3, detail="last")


def test_the_scheduler_yields_a_result_per_cell_and_repeat(cells):
    sandbox = FakeSandbox()
    with ScratchSpace() as scratch, Scheduler(1, scratch, opener=lambda: sandbox) as scheduler:
        results = list(scheduler.results(cells, repeat=3))
    assert len(results) == 3 * len(cells)
    assert all((cell.claim.id, cell.start_method) == (r.claim, r.start_method) for cell, r in results)
    assert len(sandbox.tasks) == 3 * len(executions(cells))


def test_an_ending_has_a_problem_for_every_status():
    for status in Status:
        problem = problem_of_ending(Ending(status, 7 if status in CODES else None, 1.0, None, b"a\nlast\n"), 5.0)
        assert problem is not None
        assert str(problem).startswith("the probe ")
        assert ("last" in str(problem)) == (status in {*CODES, Status.TIMED_OUT})
    assert problem_of_ending(Ending(Status.EXITED, 0, 1.0, None, b"printed"), 5.0) is None


CODES = {Status.EXITED, Status.SIGNALLED}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{", "the probe's report is damaged: JSONDecodeError: "),
        ('{"arms": {"one": {}}, "done": true}', "the probe's report is damaged: KeyError: 'facts'"),
        ('{"arms": {"one": 5}, "done": true}', "the probe's report is damaged: AttributeError: "),
        ('{"arms": {}, "done": false}', "the probe's report is incomplete; it has no arm"),
    ],
)
def test_a_bad_report_is_a_problem(tmp_path, text, problem):
    file = tmp_path / "report.json"
    file.write_text(text, encoding="utf-8")
    assert str(read_report(file).problem).startswith(problem)
    assert read_report(tmp_path / "missing").problem == Problem(ProblemKind.NO_REPORT)


def test_the_costliest_executions_start_first(cells):
    methods = [each.cells[0].start_method for each in costliest_first(executions(cells))]
    assert methods == ["spawn", "spawn", "fork", "fork"]


def test_a_fact_that_json_cannot_hold_is_a_problem_of_the_probe(tmp_path):
    arms = {
        "experiment": {"facts": {"ratio": float("nan"), "n": 1}, "timeline": [], "seconds": 1.0, "error": None},
        "control": {"facts": {"times": [1.0, float("inf")]}, "timeline": [], "seconds": 1.0, "error": None},
    }
    file = tmp_path / "report.json"
    file.write_text(json.dumps({"arms": arms, "done": True}), encoding="utf-8")
    report = read_report(file)
    assert report.problem is not None
    assert report.problem.kind is ProblemKind.DAMAGED_REPORT
    assert "arm 'experiment' recorded ratio = nan, which JSON cannot hold" in str(report.problem)
    assert report.arms["experiment"].facts == {"n": 1}
    arms["experiment"]["facts"] = {}
    file.write_text(json.dumps({"arms": arms, "done": True}), encoding="utf-8")
    assert "'control' recorded times = [1.0, inf]" in str(read_report(file).problem)


def test_a_time_that_json_cannot_hold_makes_the_report_damaged(tmp_path):
    arms = {"experiment": {"facts": {}, "timeline": [], "seconds": float("nan"), "error": None}}
    file = tmp_path / "report.json"
    file.write_text(json.dumps({"arms": arms, "done": True}), encoding="utf-8")
    assert "damaged" in str(read_report(file).problem)
