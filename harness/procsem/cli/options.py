"""Options and arguments that several commands share."""

from __future__ import annotations

from pathlib import Path

import click

from procsem.catalogue import BUILT_IN

RUNS = Path("procsem-runs")
"""The default folder of result files."""

probes_option = click.option(
    "--probes",
    type=click.Path(path_type=Path, resolve_path=True),  # a probe runs in a working directory of its own
    default=BUILT_IN,
    metavar="DIR",
    help="Use the claims and probes in this folder instead of the built-in ones.",
)


def other_probes(probes: Path) -> Path | None:
    """Return the value of --probes, or None if it is the folder of the built-in probes."""
    return None if probes == BUILT_IN.resolve() else probes


runs_argument = click.argument("runs", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="RUN...")
