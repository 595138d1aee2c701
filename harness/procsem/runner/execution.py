"""An execution: a probe run once in a sandbox, its report read, and every cell judged that it serves."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import frozen

from procsem.containment import SUPERVISOR as CONTAINMENT_SUPERVISOR
from procsem.containment import Ending, ProcessEvent, Sandbox, Status, Task
from procsem.judge import Judgement, judge, missing_needs
from procsem.model import SUPERVISOR, CellResult, Event, Observation, Residue, Symptom, SymptomKind
from procsem.runner import leaks as leftovers
from procsem.runner.cell import Cell, command
from procsem.runner.scratch import ScratchSpace

_OUTPUT_SHOWN = 4096
# A fork server ends when its clients have; on a machine at a load of 100, one took 2.9 s. Only what stays costs this.
_GRACE_PERIOD = 10.0


@frozen
class Execution:
    """One run of a probe, for all the cells that are to be judged by what it observes.

    The arms that several claims look at run once. What goes wrong in it, and what it leaves behind, is held
    against each of its cells: which of their arms did it cannot be told from outside.
    """

    cells: tuple[Cell, ...]
    """At least one; all of one probe, start method, interpreter and declared residue."""

    @property
    def alone(self) -> bool:
        """Whether nothing else may run meanwhile."""
        return self.cells[0].claim.alone

    @property
    def timeout(self) -> float:
        """Seconds: what its claims are given together."""
        return sum(cell.claim.seconds for cell in self.cells)

    @property
    def arms(self) -> frozenset[str]:
        """The functions of the probe that it runs."""
        return frozenset(arm.run for cell in self.cells for arm in cell.claim.all_arms)

    def command(self, *options: str) -> list[str]:
        """The command line of the probe, as a person could type it."""
        return command(self.cells, *options)


def executions(cells: Iterable[Cell]) -> list[Execution]:
    """The fewest runs of probes that serve these cells, each in the place of the first cell that it serves.

    A cell whose needs are not met runs nothing, and has an execution of its own.
    """
    shared: dict[object, list[Cell]] = {}
    for cell in cells:
        claim = cell.claim
        lacking = missing_needs(claim, cell.facts, cell.start_method) is not None
        target = (cell.target.executable, tuple(cell.target.flags))
        alike = (claim.probe, cell.start_method, target, claim.alone, claim.residue)
        shared.setdefault(id(cell) if lacking else alike, []).append(cell)
    return [Execution(tuple(group)) for group in shared.values()]


def run(execution: Execution, sandbox: Sandbox, scratch: ScratchSpace) -> list[CellResult]:
    """Run the probe and judge each cell.

    Raises ContainmentError when its tree cannot be made sure to have ended, and ScratchSpaceError
    where there is no room to work.
    """
    first = execution.cells[0]
    lacking = missing_needs(first.claim, first.facts, first.start_method)
    if lacking:
        return [_result(cell, lacking, 0.0, {}, None, (), b"") for cell in execution.cells]
    with scratch.scratch_dir(windows=first.facts["system"] == "windows") as scratch_dir:
        ending = sandbox.run(
            Task(
                argv=execution.command("--report", str(scratch_dir.report)),
                cwd=str(scratch_dir.folder),
                env=scratch_dir.env,
                token=scratch_dir.token,
                timeout=execution.timeout,
                grace_period=_GRACE_PERIOD,
            )
        )
        left = leftovers.find(scratch_dir.token, scratch_dir.folder)
        leftovers.remove(left)
        arms, seconds, problem = read_report(scratch_dir.report)
    problem = _together(_how_it_ended(ending, execution.timeout), problem)
    residue = [Residue("zombie" if s.zombie else "process", s.name) for s in ending.leaked]
    residue += [Residue(thing.kind, thing.name) for thing in left]
    results = []
    for cell in execution.cells:
        own = {arm.run for arm in cell.claim.all_arms}
        by_arm = {arm.name: arms[arm.run] for arm in cell.claim.all_arms if arm.run in arms}
        judgement = judge(cell.claim, cell.facts, cell.start_method, by_arm, problem, residue)
        others = sum(taken for name, taken in seconds.items() if name not in own)
        results.append(_result(cell, judgement, ending.seconds - others, by_arm, ending, residue, ending.output))
    return results


def broken(cell: Cell, problem: str) -> CellResult:
    """The result of a cell whose probe could not be run."""
    judgement = judge(cell.claim, cell.facts, cell.start_method, {}, problem)
    return _result(cell, judgement, 0.0, {}, None, (), b"")


def _result(
    cell: Cell,
    judgement: Judgement,
    seconds: float,
    arms: Mapping[str, Observation],
    ending: Ending | None,
    residue: Sequence[Residue],
    output: bytes,
) -> CellResult:
    watched = ending.events if ending else ()
    return CellResult(
        claim=cell.claim.id,
        start_method=cell.start_method,
        verdict=judgement.verdict,
        expected=judgement.expected,
        as_expected=judgement.as_expected,
        because=judgement.because,
        seconds=round(seconds, 4),
        arms=arms,
        mismatches=judgement.mismatches,
        residue=tuple(residue),
        problem=judgement.problem,
        remedies=judgement.remedies,
        watcher=tuple(_event_of_containment(event) for event in watched),
        output="" if judgement.as_expected else output[-_OUTPUT_SHOWN:].decode("utf-8", "backslashreplace"),
    )


def read_report(path: Path) -> tuple[dict[str, Observation], dict[str, float], str | None]:
    """What the probe reported: observations and seconds by arm, and what is wrong with the report, if anything."""
    try:
        report = json.loads(path.read_text(encoding="utf-8"))
        arms = {name: _observation(arm) for name, arm in report["arms"].items()}
        seconds = {name: float(arm["seconds"]) for name, arm in report["arms"].items()}
        errors = [f"its arm {name!r} raised {arm['error']}" for name, arm in report["arms"].items() if arm["error"]]
        done = report["done"]
    except FileNotFoundError:
        return {}, {}, "it reported nothing"
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        return {}, {}, f"its report is damaged: {type(error).__name__}: {error}"
    if errors:
        return arms, seconds, errors[0]
    return arms, seconds, None if done is True else f"it reported only {', '.join(arms) or 'no arm'}"


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


def _how_it_ended(ending: Ending, timeout: float) -> str | None:
    """What is wrong with the way the probe ended, in a phrase; None for one that exited with 0."""
    if ending.status is Status.EXITED:
        if ending.code == 0:
            return None
        return f"it exited with code {ending.code}{_last_line(ending.output)}"
    if ending.status is Status.SIGNALLED:
        return f"it was ended by {_signal(ending.code)}{_last_line(ending.output)}"
    if ending.status is Status.TIMED_OUT:
        return f"it did not end within {timeout:g} s, and its tree was ended{_last_line(ending.output)}"
    return f"{ending.status}: {ending.reason}" if ending.reason else str(ending.status)


def _together(ended: str | None, reported: str | None) -> str | None:
    """What is wrong, from how the probe ended and from what it reported; an arm's own error says the most."""
    return reported if ended is None or (reported or "").startswith("its arm") else ended


def _signal(number: int | None) -> str:
    try:
        return signal.Signals(number or 0).name
    except ValueError:
        return f"signal {number}"


def _last_line(output: bytes) -> str:
    lines = output.decode("utf-8", "backslashreplace").strip().splitlines()
    return f": {lines[-1]}" if lines else ""
