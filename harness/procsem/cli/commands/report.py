"""``procsem report``: several runs side by side, on the terminal or as files."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from procsem.catalogue import Catalogue, load
from procsem.check.rules import causes_of_claims
from procsem.cli.console import output, print_line
from procsem.cli.options import other_probes, probes_option, runs_argument
from procsem.cli.streams import echo, warn
from procsem.environment import CONDITIONS
from procsem.results import Merged, dumps_matrix, merge, write_text
from procsem.views import github, terminal
from procsem.views import junit as junit_view
from procsem.views import markdown as markdown_view
from procsem.views.formatting import outcome


@click.command("report")
@runs_argument
@click.option("--html", type=click.Path(path_type=Path), metavar="FILE", help="Write a page: one file, no network.")
@click.option("--markdown", type=click.Path(path_type=Path), metavar="FILE", help="Write a summary in Markdown.")
@click.option("--junit", type=click.Path(path_type=Path), metavar="FILE", help="Write JUnit XML.")
@click.option("--json", type=click.Path(path_type=Path), metavar="FILE", help="Write all runs as one JSON file.")
@click.option("--annotations", is_flag=True, help="Print a GitHub annotation for each cell that is not as expected.")
@probes_option
def command(
    runs: tuple[Path, ...],
    html: Path | None,
    markdown: Path | None,
    junit: Path | None,
    json: Path | None,
    annotations: bool,
    probes: Path,
) -> int:
    """Show several runs side by side, or write them as a page or a file.

    RUN is a result file or a folder of result files. Without options, prints the matrix. Exits 2 if a file could not
    be read; the other files are reported.
    """
    catalogue = load(probes, CONDITIONS)
    merged = merge(runs)
    for line in (*merged.faults, *merged.notes):
        warn(line)
    if html is not None:
        _write(html, _page(merged, catalogue, other_probes(probes)))
    if markdown is not None:
        _write(
            markdown, markdown_view.render(merged.matrix, catalogue.claims, merged.faults, probes=other_probes(probes))
        )
    if junit is not None:
        _write(junit, junit_view.render(merged.matrix, catalogue.claims, other_probes(probes)))
    if json is not None:
        _write(json, dumps_matrix(merged.matrix))
    if annotations:
        for line in github.render(merged.matrix, catalogue.claims, Path.cwd()):
            echo(line)
    if not (html or markdown or junit or json or annotations):
        screen = output()
        for part in terminal.show(merged.matrix, catalogue.claims, screen):
            screen.print(part)
        for column in merged.matrix.columns:
            print_line(screen, outcome(column.run))
    return 2 if merged.faults else 0


def _page(merged: Merged, catalogue: Catalogue, probes: Path | None) -> str:
    from procsem.views.html.matrix import render  # imports jinja2, which no other output needs

    return render(
        merged.matrix,
        catalogue.claims,
        catalogue.document,
        {claim.id: claim.probe.read_text(encoding="utf-8") for claim in catalogue.claims},
        faults=merged.faults,
        made=datetime.now(UTC).isoformat(" ", "minutes"),
        notes=merged.notes,
        probes=probes,
        causes=causes_of_claims(),
    )


def _write(file: Path, text: str) -> None:
    write_text(file, text)
    echo(f"wrote {file}")
