"""``procsem compare``: what changed between two runs, or between two folders of runs."""

from __future__ import annotations

from pathlib import Path

import click

from procsem.catalogue import load
from procsem.cli.options import probes_option
from procsem.cli.streams import echo, warn
from procsem.environment import CONDITIONS
from procsem.results import compare, merge
from procsem.views.changes import lines


@click.command("compare")
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@probes_option
def command(old: Path, new: Path, probes: Path) -> int:
    """Report what changed between two runs.

    OLD and NEW are result files or folders of result files. With several runs on a side, runs of the same system and
    Python version are compared. Two single runs are always compared.

    Exits 1 if a verdict changed, or if a cell, a start method or an environment of OLD is missing in NEW. Claims that
    the catalogue no longer has are not missing.
    """
    catalogue = load(probes, CONDITIONS)
    before, after = merge([old]), merge([new])
    for fault in (*before.faults, *after.faults):
        warn(fault)
    found = compare(before.matrix, after.matrix, catalogue.claims)
    for line in lines(found):
        echo(line)
    if not found.compared:
        warn("no cell is in both: compare runs of one kind of environment, or two single runs")
    if before.faults or after.faults or not found.compared:
        return 2
    return 1 if found.alarms else 0
