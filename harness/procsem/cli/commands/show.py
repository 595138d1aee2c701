"""``procsem show``: everything that the catalogue says about one claim."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from procsem.catalogue import UnknownClaimError, load, select
from procsem.cli.console import output
from procsem.cli.options import RUNS, probes_option
from procsem.environment import CONDITIONS
from procsem.model import DECIDERS, Arm, Comparison, Matrix
from procsem.results import merge
from procsem.views.formatting import measured


@click.command("show")
@click.argument("claim")
@click.argument("runs", nargs=-1, type=click.Path(path_type=Path), metavar="[RUN]...")
@probes_option
def command(claim: str, runs: tuple[Path, ...], probes: Path) -> None:
    """Explain one claim: statement, test, expected verdicts, reasons.

    RUN is a result file or a folder of result files (default: procsem-runs). They are used to show on which systems
    each rule has been confirmed.
    """
    catalogue = load(probes, CONDITIONS)
    found = select(catalogue.claims, [claim])
    if len(found) > 1:
        raise UnknownClaimError(f"{claim!r} matches {len(found)} claims; name one: {', '.join(c.id for c in found)}")
    shown = found[0]
    if not runs and next(RUNS.glob("*.json"), None):
        runs = (RUNS,)
    matrix = merge(runs).matrix if runs else Matrix(())
    screen = output()
    screen.print(Text(shown.id, style="bold"))
    _entry(screen, "says", shown.says)
    if shown.source:
        _entry(screen, "document", f"{shown.source.section}, line {shown.source.line}")
    _entry(screen, "decided by", DECIDERS[shown.decided_by])
    if shown.needs.wanted:
        _entry(screen, "needs", str(shown.needs))
    if not shown.per_start_method:
        _entry(screen, "runs", "once: no start method can influence it")
    if shown.alone:
        _entry(screen, "runs", "while no other cell runs, because it compares durations")
    for arm in shown.arms:
        _arm(screen, arm)
    for rule, columns in zip(shown.expectations, matrix.met(shown), strict=True):
        everywhere = "in general" if len(shown.expectations) > 1 else "everywhere"
        where = f"where {rule.when}" if rule.when.wanted else everywhere
        _entry(screen, "expected", f"{rule.verdict} {where} ({measured(rule, columns)})")
        for arm_name, comparisons in rule.observes.items():
            for fact, comparison in comparisons.items():
                _entry(screen, "", f"  seen in the {arm_name}: {_compared(fact, comparison)}")
        _entry(screen, "", f"  {rule.because}")
        for address in rule.see:
            _entry(screen, "", f"  {address}")
    if shown.note:
        _entry(screen, "note", shown.note)
    _entry(screen, "claim in", f"{shown.file}:{shown.line}")
    _entry(screen, "probe in", str(shown.probe))
    _entry(screen, "run it", f"procsem run {shown.id}")


def _arm(screen: Console, arm: Arm) -> None:
    label = "control" if arm.is_control else "experiment"
    extra = f"{arm.name}: " if arm.name != label else ""
    for number, (fact, comparison) in enumerate(arm.predicts.items()):
        _entry(screen, label if not number else "", f"{extra}{_compared(fact, comparison)}")


def _compared(fact: str, comparison: Comparison) -> str:
    return f"{fact} {comparison}" if isinstance(comparison.wanted, dict) else f"{fact} = {comparison}"


def _entry(screen: Console, label: str, text: str) -> None:
    table = Table.grid(padding=(0, 1))
    table.add_column(width=12, no_wrap=True, style="dim")
    table.add_column(overflow="fold")
    table.add_row(f"  {label}", Text(text))
    screen.print(table)
