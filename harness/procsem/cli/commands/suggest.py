"""``procsem suggest``: the rules that measured cells of a claim need."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click

from procsem.catalogue import load_one
from procsem.catalogue.suggest import Place, suggest
from procsem.cli import completion
from procsem.cli.options import probes_option, runs_argument
from procsem.cli.streams import echo
from procsem.environment import CONDITIONS
from procsem.model.comparison import show
from procsem.results import merge


@click.command("suggest")
@click.argument("claim", shell_complete=completion.claim_ids)
@runs_argument
@probes_option
def command(claim: str, runs: tuple[Path, ...], probes: Path) -> None:
    """Print the rule that a claim needs for what was measured.

    RUN is a result file or a folder of result files. The rule is the text of an [[expect]] table for claims.toml. Its
    reason and its sources are left to fill in. Give several runs to get a condition that tells them apart.
    """
    chosen = load_one(probes, CONDITIONS, claim)
    suggestions = suggest(chosen, merge(runs).matrix.columns)
    for rule in suggestions.rules:
        echo(f"# For {_places(rule.places)}; change `when` to what decides it. Add it to {chosen.file}.")
        echo(rule.text)
    for column, cell in suggestions.no_rule:
        seen = "; ".join(f"{m.arm}.{m.fact} is {show(m.actual)}, not {m.expected}" for m in cell.mismatches)
        why = cell.problem or seen
        echo(f"# No rule can expect {_places([(column, cell)])}: {cell.verdict}{f', {why}' if why else ''}")
    if not (suggestions.rules or suggestions.no_rule):
        if suggestions.as_expected:
            echo(f"# {chosen.id} needs no rule: all of its cells are as expected.")
        else:
            echo(f"# {chosen.id} was not measured in these runs.")


def _places(places: Iterable[Place]) -> str:
    return ", ".join(
        f"{column.label}{f' under {cell.start_method}' if cell.start_method else ''}" for column, cell in places
    )
