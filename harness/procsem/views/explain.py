"""Why one cell is not as expected: everything a person needs to understand it and run it again."""

from __future__ import annotations

from collections.abc import Sequence

from procsem.model import CellResult, Claim, Environment, MismatchSource
from procsem.model.comparison import show
from procsem.views.formatting import command_line, printable, under

_WIDTH = 11
_OUTPUT_LINES = 20


def rerun_command(result: CellResult, environment: Environment, python: str | None) -> str:
    """The command that runs only that cell again; ``python`` is None for the harness's own interpreter."""
    words = ["procsem", "run", result.claim]
    if result.start_method:
        words += ["--start-method", result.start_method]
    if python:
        words += ["--python", python]
    if environment.facts.get("optimize"):
        words.append("-" + "O" * int(environment.facts["optimize"]))
    return command_line(words)


def explain(
    claim: Claim, result: CellResult, environment: Environment, rerun: str, by_hand: Sequence[str] | None = None
) -> list[str]:
    """The explanation of a cell, in lines of plain text."""
    lines = [f"{under(result)}: {result.verdict}, {_instead(result)} ({environment.label})"]
    if result.problem:
        lines += _entry("problem", printable(result.problem))
    lines += _entry("claim", claim.says)
    lines += _entry("because", result.because)
    for arm in claim.arms:
        lines += _arm(claim, result, arm.name)
    for thing in result.residue:
        lines += _entry("left", f"{thing.kind} {printable(thing.name)}")
    if result.output.strip():
        shown = printable(result.output.strip()).splitlines()[-_OUTPUT_LINES:]
        lines += _entry("printed", shown[0]) + [" " * (_WIDTH + 2) + line for line in shown[1:]]
    lines += _entry("claim in", f"{claim.file}:{claim.line}")
    lines += _entry("probe in", str(claim.probe))
    lines += _entry("run again", rerun)
    if by_hand:
        lines += _entry("by hand", command_line(by_hand))
    return lines


def _instead(result: CellResult) -> str:
    """What is not as expected about it, in a few words."""
    if result.expected is None:
        return "and no expectation applies"
    if result.verdict is not result.expected:
        return f"expected {result.expected}"
    return "as expected, but left something behind" if result.residue else "as expected, but seen otherwise"


def _arm(claim: Claim, result: CellResult, name: str) -> list[str]:
    """What was predicted of one arm, and what was seen in it."""
    arm = claim.arm(name)
    if name not in result.arms:
        return _entry(name, "reported nothing")
    facts = result.arms[name].facts
    against = {(m.arm, m.fact): m for m in result.mismatches}
    lines = []
    for number, (fact, comparison) in enumerate(arm.predicts.items()):
        saw = show(facts[fact]) if fact in facts else "nothing"
        mark = "  <--" if (name, fact) in against else ""
        lines += _entry(name if not number else "", f"{fact}: predicted {comparison}, saw {printable(saw)}{mark}")
    for mismatch in result.mismatches:
        if mismatch.arm == name and mismatch.source is MismatchSource.RULE:
            saw = printable(show(mismatch.actual))
            lines += _entry("", f"{mismatch.fact}: known to be {mismatch.expected} here, saw {saw}  <--")
    return lines


def _entry(label: str, text: str) -> list[str]:
    return [f"  {label:<{_WIDTH}}{text}"]
