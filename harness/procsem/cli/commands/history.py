"""``procsem history``: when the verdict of a claim changed, and between which environments."""

from __future__ import annotations

from pathlib import Path

import click

from procsem.catalogue import load_one
from procsem.cli.options import probes_option, runs_argument
from procsem.cli.streams import echo, warn
from procsem.environment import CONDITIONS
from procsem.results import history, read_runs
from procsem.views.formatting import count

_ALONG = {"time": "over time", "version": "from one version to the next"}


@click.command("history")
@click.argument("claim")
@runs_argument
@probes_option
def command(claim: str, runs: tuple[Path, ...], probes: Path) -> int:
    """Report when the verdict of a claim changed.

    For each change, names the last environment before it and the first one after it.
    RUN is a file that `run --out` or `report --json` wrote, or a folder of such files.
    """
    chosen = load_one(probes, CONDITIONS, claim)
    read, faults = read_runs(runs)
    for fault in faults:
        warn(fault)
    found = history(chosen.id, (run for run, _ in read))
    for step in found.steps:
        method = f" under {step.start_method}" if step.start_method else ""
        echo(f"{step.column}{method}, {_ALONG[step.along]}:")
        for word, point in (("last before the change", step.last), ("first after the change", step.first)):
            release = point.environment.facts["python_release"]
            echo(f"  {word:<24} {release:<12} {point.cell.verdict:<12} measured {point.started}")
    echo(f"{chosen.id}: {count(found.measured, 'measurement')}, {count(len(found.steps), 'change')}")
    return 2 if faults else 0
