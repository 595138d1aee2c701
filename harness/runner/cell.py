"""One cell: a probe run in a slot, its report read, its claim judged."""

from __future__ import annotations

import json
import signal
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import field, frozen

from harness.containment import Ending, Slot, Status, Task, leftovers
from harness.judge import Judgement, judge, missing_needs
from harness.model import CellResult, Claim, Environment, Event, Facts, Observation, Residue
from harness.runner.workplace import Workplace

_OUTPUT_SHOWN = 4096
# A fork server ends when its clients have; on a machine at a load of 100, one took 2.9 s. Only what stays costs this.
_GRACE = 10.0


@frozen
class Target:
    """An interpreter under which probes run, and what was measured of it."""

    executable: str
    environment: Environment
    flags: Sequence[str] = ()
    """Flags that the interpreter gets in front of the probe: ``-O``."""


@frozen
class Cell:
    """A claim under a start method in an environment: one place of the matrix, not yet filled."""

    claim: Claim
    start_method: str | None
    target: Target = field(repr=False)

    @property
    def facts(self) -> Facts:
        return self.target.environment.facts

    def command(self, *options: str) -> list[str]:
        """The command line of the probe, as a person could type it."""
        arms = dict.fromkeys(arm.run for arm in self.claim.arms)
        method = ["--start-method", self.start_method] if self.start_method else []
        return [self.target.executable, *self.target.flags, str(self.claim.probe), *arms, *method, *options]


def run(cell: Cell, slot: Slot, workplace: Workplace) -> CellResult:
    """Run the cell's probe and judge it.

    Raises ContainmentError when its tree cannot be made sure to have ended, and WorkplaceError
    where there is no room to work.
    """
    lacking = missing_needs(cell.claim, cell.facts, cell.start_method)
    if lacking:
        return _result(cell, lacking, 0.0, {}, None, (), b"")
    with workplace.desk(windows=cell.facts["system"] == "windows") as desk:
        ending = slot.run(
            Task(
                argv=cell.command("--report", str(desk.report)),
                cwd=str(desk.folder),
                env=desk.env,
                token=desk.token,
                deadline=cell.claim.seconds,
                grace=_GRACE,
            )
        )
        left = leftovers.find(desk.token, desk.folder)
        leftovers.remove(left)
        arms, problem = read_report(desk.report)
    problem = _together(_how_it_ended(ending, cell.claim.seconds), problem)
    residue = [Residue("zombie" if s.zombie else "process", s.name) for s in ending.survivors]
    residue += [Residue(thing.kind, thing.name) for thing in left]
    by_arm = {arm.name: arms[arm.run] for arm in cell.claim.arms if arm.run in arms}
    judgement = judge(cell.claim, cell.facts, cell.start_method, by_arm, problem, residue)
    return _result(cell, judgement, ending.seconds, by_arm, ending, residue, ending.output)


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
    watched = ending.sightings if ending else ()
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
        watcher=tuple(Event(round(s.at, 6), s.name, s.event, s.pid, s.detail) for s in watched),
        output="" if judgement.as_expected else output[-_OUTPUT_SHOWN:].decode("utf-8", "backslashreplace"),
    )


def read_report(path: Path) -> tuple[dict[str, Observation], str | None]:
    """What the probe reported, by arm, and what is wrong with the report, if anything is."""
    try:
        report = json.loads(path.read_text(encoding="utf-8"))
        arms = {name: _observation(arm) for name, arm in report["arms"].items()}
        errors = [f"its arm {name!r} raised {arm['error']}" for name, arm in report["arms"].items() if arm["error"]]
        done = report["done"]
    except FileNotFoundError:
        return {}, "it reported nothing"
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        return {}, f"its report is damaged: {type(error).__name__}: {error}"
    if errors:
        return arms, errors[0]
    return arms, None if done is True else f"it reported only {', '.join(arms) or 'no arm'}"


def _observation(arm: Any) -> Observation:
    timeline = tuple(
        Event(float(e["at"]), str(e["process"]), str(e["event"]), e["pid"], str(e["detail"])) for e in arm["timeline"]
    )
    return Observation(dict(arm["facts"]), timeline)


def _how_it_ended(ending: Ending, deadline: float) -> str | None:
    """What is wrong with the way the probe ended, in a phrase; None for one that exited with 0."""
    if ending.status is Status.EXITED:
        if ending.code == 0:
            return None
        return f"it exited with code {ending.code}{_last_line(ending.output)}"
    if ending.status is Status.SIGNALLED:
        return f"it was ended by {_signal(ending.code)}{_last_line(ending.output)}"
    if ending.status is Status.TIMED_OUT:
        return f"it did not end within {deadline:g} s, and its tree was ended{_last_line(ending.output)}"
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
