"""The explanation of a cell that is not as expected: what was predicted, what was seen, how to run it again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from attrs import frozen

from procsem.model import Arm, CellResult, Claim, Environment, MismatchSource, RemedyResult
from procsem.model.comparison import show
from procsem.views.entries import Entry, lines
from procsem.views.formatting import command_line, printable, under

_OUTPUT_LINES = 60


@frozen
class Explanation:
    """A title and the entries below it."""

    title: str
    entries: tuple[Entry, ...]


def rerun_command(result: CellResult, environment: Environment, python: str | None, probes: Path | None = None) -> str:
    """Return the command that runs only this cell again.

    ``python`` is None for the interpreter that runs procsem, and ``probes`` is None for the built-in probes.
    """
    words = ["procsem", "run", result.claim]
    if result.start_method:
        words += ["--start-method", result.start_method]
    if python:
        words += ["--python", python]
    if environment.facts.get("optimize"):
        words.append("-" + "O" * int(environment.facts["optimize"]))
    if probes:
        words += ["--probes", str(probes)]
    return command_line(words)


def rerun_of_file(result: CellResult, environment: Environment, probes: Path | None) -> str:
    """Return the command that runs a cell of a result file again, with the interpreter that the file names."""
    executable = environment.facts.get("executable")
    return rerun_command(result, environment, str(executable) if executable else None, probes)


def explain(
    claim: Claim, result: CellResult, environment: Environment, rerun: str, by_hand: Sequence[str] | None = None
) -> list[str]:
    """Return the explanation of a cell as lines of plain text, which are not wrapped."""
    explanation = explanation_of(claim, result, environment, rerun, by_hand)
    return [explanation.title, *lines(explanation.entries)]


def explanation_of(
    claim: Claim, result: CellResult, environment: Environment, rerun: str, by_hand: Sequence[str] | None = None
) -> Explanation:
    """Return the explanation of a cell.

    ``rerun`` is the command that runs the cell again, ``by_hand`` the one that runs its probe without procsem.
    """
    title = f"{under(result)}: {result.verdict}, {contradiction(result)} ({environment.label})"
    return Explanation(title, tuple(_entries(claim, result, rerun, by_hand)))


def _entries(claim: Claim, result: CellResult, rerun: str, by_hand: Sequence[str] | None) -> Iterator[Entry]:
    if result.problem:
        yield Entry("problem", printable(str(result.problem)))
    yield Entry("claim", claim.says)
    yield Entry("because", result.because)
    for arm in claim.arms:
        yield from _arm(arm, result)
    wrong = {mismatch.arm for mismatch in result.mismatches}
    for remedy in claim.remedies:
        if remedy.arm.name in wrong:
            yield from _arm(remedy.arm, result)
    for thing in result.residue:
        yield Entry("left behind", f"{thing.kind} {printable(thing.name)}")
    if result.output.strip():
        last = printable(result.output.strip()).splitlines()[-_OUTPUT_LINES:]
        yield Entry("printed", "\n".join(last), verbatim=True)
    yield Entry("claim in", f"{claim.file}:{claim.line}", verbatim=True)
    yield Entry("probe in", str(claim.probe), verbatim=True)
    yield Entry("run again", rerun, verbatim=True)
    if by_hand:
        yield Entry("by hand", command_line(by_hand), verbatim=True)


def contradiction(result: CellResult) -> str:
    """Return in a few words what is not as expected about the verdict of a cell."""
    if result.expected is None:
        return "and no expectation applies"
    if result.verdict is not result.expected:
        return f"expected {result.expected}"
    remedies = [mismatch.arm for mismatch in result.mismatches if mismatch.arm in result.remedies]
    if remedies:
        return f"as expected, but its fix {remedies[0]} {_unexpected(result.remedies[remedies[0]])}"
    if result.residue:
        return "as expected, but the probe left something behind"
    return "as expected, but with other facts than expected"


def _unexpected(remedy: RemedyResult) -> str:
    """Return in a few words what is not as expected about a remedy."""
    if remedy.works:
        return "works, which was not expected"
    return "does not help" if remedy.expected else "fails in another way than expected"


def _arm(arm: Arm, result: CellResult) -> Iterator[Entry]:
    """Yield what was predicted and what was seen in one arm; an arrow marks what differs."""
    name = arm.name
    if name not in result.arms:
        yield Entry(name, "reported nothing")
        return
    facts = result.arms[name].facts
    mismatches = [mismatch for mismatch in result.mismatches if mismatch.arm == name]
    marked = {mismatch.fact for mismatch in mismatches if mismatch.source is MismatchSource.PREDICTION}
    label = name
    for fact, comparison in arm.predicts.items():
        seen = show(facts[fact]) if fact in facts else "nothing"
        arrow = "  <--" if fact in marked else ""
        yield Entry(label, f"{fact}: predicted {comparison}, saw {printable(seen)}{arrow}")
        label = ""
    for mismatch in mismatches:
        if mismatch.source is MismatchSource.RULE:
            seen = printable(show(mismatch.actual))
            yield Entry(label, f"{mismatch.fact}: known to be {mismatch.expected} here, saw {seen}  <--")
            label = ""
