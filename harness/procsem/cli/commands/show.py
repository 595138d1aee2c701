"""``procsem show``: everything that the catalogue says about one claim."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from procsem.catalogue import check_probes, load_and_select
from procsem.cli import completion
from procsem.cli.console import output, print_entries, print_line
from procsem.cli.options import RUNS, probes_option
from procsem.environment import CONDITIONS
from procsem.model import DECIDERS, Arm, Claim, Comparison, Expectation, Matrix
from procsem.results import merge
from procsem.views import remedies
from procsem.views.entries import Entry
from procsem.views.formatting import count, measured, where


@click.command("show")
@click.argument("claim", shell_complete=completion.patterns)
@click.argument("runs", nargs=-1, type=click.Path(path_type=Path), metavar="[RUN]...")
@probes_option
def command(claim: str, runs: tuple[Path, ...], probes: Path) -> None:
    """Explain one claim: statement, test, expected verdicts, reasons.

    CLAIM is an id (daemon/no-children). For a topic (daemon) or a pattern with *, the claims are listed.

    RUN is a result file or a folder of result files (default: procsem-runs, if there is one). With them, each rule says
    on which systems it has been confirmed.
    """
    screen = output()
    _, found = load_and_select(probes, CONDITIONS, [claim])
    if len(found) > 1:
        print_entries(screen, [Entry(each.id, each.says) for each in found])
        print_line(screen, f"{count(len(found), 'claim')}; procsem show ID explains one", "dim")
        return
    check_probes(found)
    (shown,) = found
    if not runs and next(RUNS.glob("*.json"), None):
        runs = (RUNS,)
    matrix = merge(runs).matrix if runs else Matrix(())
    print_line(screen, shown.id, "bold")
    print_entries(screen, list(_entries(shown, matrix)))


def _entries(claim: Claim, matrix: Matrix) -> Iterator[Entry]:
    yield Entry("says", claim.says)
    if claim.source:
        yield Entry("document", f"{claim.source.section}, line {claim.source.line}")
    yield Entry("decided by", DECIDERS[claim.decided_by])
    if claim.needs.wanted:
        yield Entry("needs", str(claim.needs))
    if not claim.per_start_method:
        yield Entry("runs", "once: no start method can influence it")
    if claim.alone:
        yield Entry("runs", "while no other cell runs, because it compares durations")
    for arm in claim.arms:
        yield from _arm(arm)
    for rule, columns in zip(claim.expectations, matrix.columns_by_rule(claim), strict=True):
        yield from _rule(claim, rule, f" ({measured(rule, columns)})" if matrix.columns else "")
    yield from remedies.entries(claim)
    if claim.note:
        yield Entry("note", " ".join(claim.note.split()))
    yield Entry("claim in", f"{claim.file}:{claim.line}", verbatim=True)
    yield Entry("probe in", str(claim.probe), verbatim=True)
    yield Entry("run it", f"procsem run {claim.id}", verbatim=True)


def _rule(claim: Claim, rule: Expectation, confirmed: str) -> Iterator[Entry]:
    everywhere = "in general" if len(claim.expectations) > 1 else "everywhere"
    place = where(rule.when) or everywhere
    yield Entry("expected", f"{rule.verdict} {place}{confirmed}")
    effect = claim.effect_of_rule(rule)
    if effect:
        yield Entry("", f"code like this {effect}", indent=2)
    for arm, comparisons in rule.observes.items():
        for fact, comparison in comparisons.items():
            in_arm = f"the {arm}" if arm == "experiment" else arm
            yield Entry("", f"seen in {in_arm}: {_compared(fact, comparison)}", indent=2)
    yield Entry("", rule.because, indent=2)
    for address in rule.see:
        yield Entry("", address, verbatim=True, indent=2)


def _arm(arm: Arm) -> Iterator[Entry]:
    kind = "control" if arm.is_control else "experiment"
    name = f"{arm.name}: " if arm.name != kind else ""
    for number, (fact, comparison) in enumerate(arm.predicts.items()):
        yield Entry(kind if not number else "", f"{name}{_compared(fact, comparison)}")


def _compared(fact: str, comparison: Comparison) -> str:
    return f"{fact} {comparison}" if isinstance(comparison.wanted, dict) else f"{fact} = {comparison}"
