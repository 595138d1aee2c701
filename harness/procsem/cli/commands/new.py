"""``procsem new``: the skeleton of a claim, its probe and its row."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

from procsem.catalogue.skeleton import SkeletonError, skeleton
from procsem.cli.options import probes_option
from procsem.cli.streams import echo


@click.command("new")
@click.argument("claim", metavar="TOPIC/NAME")
@click.option(
    "--line", type=click.IntRange(min=1), metavar="N", help="The line of the document that makes the statement."
)
@probes_option
def command(claim: str, line: int | None, probes: Path) -> None:
    """Write the skeleton of a claim: its table, its probe and its row.

    The skeleton is an example that holds, so it loads and runs at once. Replace every TODO in it.
    """
    made = skeleton(claim, probes, line)
    try:
        if made.kit:
            shutil.copytree(made.kit, probes / "_kit", ignore=shutil.ignore_patterns("__pycache__"))
            echo(f"copied the kit of the probes to {probes / '_kit'}")
        made.probe[0].parent.mkdir(parents=True, exist_ok=True)
        for file, text in (made.probe, made.claims, made.rows):
            file.write_text(text, encoding="utf-8", newline="\n")
            echo(f"wrote {file}")
    except OSError as error:
        raise SkeletonError(f"{error.filename or probes}: cannot be written: {error.strerror or error}") from error
    echo(f"Replace every TODO in these files. To run the claim: procsem run {claim} --probes {probes}")
