"""An execution: one run of a probe, whose report is read and by which one or more cells are judged."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import frozen

from procsem.containment import SUPERVISOR as CONTAINMENT_SUPERVISOR
from procsem.containment import Ending, ProcessEvent, Progress, Sandbox, Status, Task
from procsem.judge import Judgement, judge, missing_needs
from procsem.model import (
    SUPERVISOR,
    CellResult,
    Event,
    Observation,
    Problem,
    ProblemKind,
    Residue,
    ResidueKind,
    Symptom,
    SymptomKind,
)
from procsem.runner import leaks
from procsem.runner.cell import Cell, arms_of, command
from procsem.runner.scratch import ScratchSpace

_OUTPUT_KEPT = 16 * 1024
"""Bytes at the end of the output that an unexpected result keeps."""

_STACKS = "Current thread 0x"
"""The beginning of the stacks that faulthandler prints at a timeout."""

_MEMORY_SHORT = re.compile(
    rb"^.*(?:\bMemoryError\b|Cannot allocate memory|can't start new thread|failed to map segment|out of memory).*$",
    re.MULTILINE,
)
"""A line by which Python, the C library, the dynamic linker or a shell says that memory or threads are short."""

_GRACE_PERIOD = 10.0
"""Seconds. A fork server ends after its clients; at a load of 100, one took 2.9 s. Only a leak costs this time."""


@frozen
class Execution:
    """One run of a probe for all cells that are judged by what it observes.

    Arms that several claims share run once. A problem or a leak counts against each cell, because nothing shows which
    of their arms caused it.
    """

    cells: tuple[Cell, ...]
    """At least one. They share the probe, the start method, the interpreter and the declared residue."""
    shortest_timeout: float = 0.0
    """The shortest timeout of a claim, in seconds."""

    @property
    def exclusive(self) -> bool:
        """True if nothing else may run at the same time."""
        return self.cells[0].claim.alone

    @property
    def timeout(self) -> float:
        """The sum of the timeouts of the claims, in seconds."""
        return sum(max(cell.claim.seconds, self.shortest_timeout) for cell in self.cells)

    @property
    def arm_timeout(self) -> float:
        """The timeout of each arm, in seconds: the longest timeout of a claim.

        Without it, an arm that hangs would take the time of all claims.
        """
        return max(self.shortest_timeout, *(cell.claim.seconds for cell in self.cells))

    @property
    def arms(self) -> tuple[str, ...]:
        """The functions of the probe that it runs, in this order."""
        return arms_of(self.cells)

    def command(self, *options: str) -> list[str]:
        """Return the command line of the probe, as a person could type it."""
        return command(self.cells, *options)


def executions(cells: Iterable[Cell], shortest_timeout: float = 0.0) -> list[Execution]:
    """Return the fewest executions that serve these cells, in the order of the first cell of each.

    A cell with an unmet requirement runs nothing; it gets its own execution.
    """
    groups: dict[object, list[Cell]] = {}
    for cell in cells:
        claim = cell.claim
        unsupported = missing_needs(claim, cell.facts, cell.start_method) is not None
        target = (cell.target.executable, tuple(cell.target.flags))
        key = id(cell) if unsupported else (claim.probe, cell.start_method, target, claim.alone, claim.residue)
        groups.setdefault(key, []).append(cell)
    return [Execution(tuple(group), shortest_timeout) for group in groups.values()]


def run(execution: Execution, sandbox: Sandbox, scratch: ScratchSpace) -> list[CellResult]:
    """Run the probe and judge each cell. Raises :class:`ContainmentError` and :class:`ScratchSpaceError`."""
    first = execution.cells[0]
    unsupported = missing_needs(first.claim, first.facts, first.start_method)
    if unsupported:
        return [_result(cell, unsupported) for cell in execution.cells]
    began = time.monotonic()
    with scratch.new_dir(windows=first.facts["system"] == "windows") as scratch_dir:
        ending = sandbox.run(
            Task(
                argv=execution.command("--report", str(scratch_dir.report)),
                cwd=str(scratch_dir.folder),
                env=scratch_dir.env,
                token=scratch_dir.token,
                timeout=execution.timeout,
                progress=Progress(str(scratch_dir.report), execution.arm_timeout),
                grace_period=_GRACE_PERIOD,
            )
        )
        left = leaks.find(scratch_dir.token, scratch_dir.folder)
        leaks.remove(left)
        report = read_report(scratch_dir.report)
    problem = _choose(problem_of_ending(ending, *_timeout(execution, ending, report)), report.problem)
    if problem is None and scratch.disk.was_full_since(began):
        problem = Problem(ProblemKind.DISK_FULL)
    if problem is None and (said := _MEMORY_SHORT.search(ending.output)):
        problem = Problem(ProblemKind.MEMORY_SHORT, detail=said[0].decode("utf-8", "backslashreplace").strip())
    residue = tuple(
        Residue(ResidueKind.ZOMBIE if process.zombie else ResidueKind.PROCESS, process.name)
        for process in ending.leaked
    ) + tuple(Residue(leak.kind, leak.name) for leak in left)
    results = []
    for cell in execution.cells:
        own = {arm.run for arm in cell.claim.all_arms}
        arms = {arm.name: report.arms[arm.run] for arm in cell.claim.all_arms if arm.run in report.arms}
        judgement = judge(cell.claim, cell.facts, cell.start_method, arms, problem, residue)
        seconds = ending.seconds - sum(taken for name, taken in report.seconds.items() if name not in own)
        results.append(_result(cell, judgement, seconds, arms, ending, residue))
    return results


def broken(cell: Cell, problem: Problem) -> CellResult:
    """Return the result of a cell whose probe could not be run."""
    return _result(cell, judge(cell.claim, cell.facts, cell.start_method, {}, problem))


def _result(
    cell: Cell,
    judgement: Judgement,
    seconds: float = 0.0,
    arms: Mapping[str, Observation] | None = None,
    ending: Ending | None = None,
    residue: Sequence[Residue] = (),
) -> CellResult:
    output = ending.output[-_OUTPUT_KEPT:] if ending and not judgement.as_expected else b""
    return CellResult(
        claim=cell.claim.id,
        start_method=cell.start_method,
        verdict=judgement.verdict,
        expected=judgement.expected,
        as_expected=judgement.as_expected,
        because=judgement.because,
        seconds=round(seconds, 4),
        arms=arms or {},
        mismatches=judgement.mismatches,
        residue=tuple(residue),
        problem=judgement.problem,
        remedies=judgement.remedies,
        watcher=tuple(_event_of_containment(event) for event in ending.events) if ending else (),
        output=output.decode("utf-8", "backslashreplace"),
    )


@frozen
class Report:
    """The report of a probe."""

    arms: Mapping[str, Observation]
    """The observations by function of the probe."""
    seconds: Mapping[str, float]
    """The seconds that each function took."""
    problem: Problem | None


def read_report(path: Path) -> Report:
    """Read the report of a probe; an error in it is the report's problem."""
    try:
        report = json.loads(path.read_text(encoding="utf-8"))
        refused = list(_refused_facts(report["arms"]))
        json.dumps(report["arms"], allow_nan=False)  # a ValueError here, and not in a result file that is read later
        arms = {name: _observation(arm) for name, arm in report["arms"].items()}
        seconds = {name: float(arm["seconds"]) for name, arm in report["arms"].items()}
        errors = {name: str(arm["error"]) for name, arm in report["arms"].items() if arm["error"]}
        done = report["done"]
    except FileNotFoundError:
        return Report({}, {}, Problem(ProblemKind.NO_REPORT))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        return Report({}, {}, Problem(ProblemKind.DAMAGED_REPORT, detail=f"{type(error).__name__}: {error}"))
    problem = None
    if errors:
        arm, text = next(iter(errors.items()))
        problem = Problem(ProblemKind.ARM_ERROR, arm=arm, detail=text)
    elif refused:
        problem = Problem(ProblemKind.DAMAGED_REPORT, detail=refused[0])
    elif done is not True:
        problem = Problem(ProblemKind.INCOMPLETE_REPORT, detail=", ".join(arms) or "no arm")
    return Report(arms, seconds, problem)


def _refused_facts(arms: Any) -> Iterator[str]:
    """Remove the facts that JSON has no value for (NaN and the infinities), and yield a message for each."""
    for name, arm in arms.items():
        for fact, value in list(arm.get("facts", {}).items()):
            try:
                json.dumps(value, allow_nan=False)
            except ValueError:
                del arm["facts"][fact]
                yield f"arm {name!r} recorded {fact} = {value!r}, which JSON cannot hold; record None or a text"


def _observation(arm: Any) -> Observation:
    symptoms = tuple(
        Symptom(SymptomKind(s["kind"]), str(s["where"]), str(s["type"]), str(s["text"]), tuple(map(str, s["frames"])))
        for s in arm.get("symptoms", ())
    )
    return Observation(dict(arm["facts"]), tuple(_event_of_probe(event) for event in arm["timeline"]), symptoms)


def _event_of_probe(event: Any) -> Event:
    pid, other = event["pid"], event["other"]
    return Event(float(event["at"]), str(event["process"]), str(event["event"]), pid, str(event["detail"]), other)


def _event_of_containment(event: ProcessEvent) -> Event:
    other = SUPERVISOR if event.other == CONTAINMENT_SUPERVISOR else event.other
    return Event(round(event.at, 6), event.name, event.kind, event.pid, event.detail, other)


_PROBLEMS = {
    Status.PROCESS_LIMIT: ProblemKind.PROCESS_LIMIT,
    Status.CANCELLED: ProblemKind.CANCELLED,
    Status.NOT_STARTED: ProblemKind.NOT_STARTED,
    Status.LOST: ProblemKind.LOST,
}


def _timeout(execution: Execution, ending: Ending, report: Report) -> tuple[float, str | None]:
    """Return the timeout that applied to the probe, in seconds, and the name of the arm if it was that of one arm."""
    if ending.seconds >= execution.timeout:
        return execution.timeout, None
    if report.problem is None or report.problem.kind is ProblemKind.DAMAGED_REPORT:
        return round(ending.seconds, 1), None  # after its last arm, or in an unknown one
    return execution.arm_timeout, next((arm for arm in execution.arms if arm not in report.arms), None)


def problem_of_ending(ending: Ending, timeout: float, arm: str | None = None) -> Problem | None:
    """Return the problem that the way in which the probe ended shows; None if it exited with 0.

    ``timeout`` is the one that a probe exceeded that was killed for it, and ``arm`` is its arm if that one did.
    """
    printed, _, _ = ending.output.decode("utf-8", "backslashreplace").partition(_STACKS)
    lines = printed.strip().splitlines()
    last_line = lines[-1] if lines else ""
    if ending.returncode is not None:
        return Problem(ProblemKind.EXIT, code=ending.returncode, detail=last_line) if ending.returncode else None
    if ending.status is Status.TIMED_OUT:
        return Problem(ProblemKind.TIMEOUT, arm=arm, seconds=timeout, detail=last_line)
    return Problem(_PROBLEMS[ending.status], detail=ending.reason)


def _choose(ended: Problem | None, reported: Problem | None) -> Problem | None:
    """Return the problem that says the most: the error of an arm, otherwise how the probe ended."""
    if reported and (ended is None or reported.kind is ProblemKind.ARM_ERROR):
        return reported
    return ended
