"""``procsem report`` and ``procsem compare``: views of runs that were measured before."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.text import Text

from procsem import results as store
from procsem.catalogue import UnknownClaimError, load, select
from procsem.cli.console import output
from procsem.environment import CONDITIONS
from procsem.views import github, junit, markdown, terminal
from procsem.views.formatting import count, outcome
from procsem.views.html import matrix as page


def report(runs: Sequence[Path], files: Mapping[str, Path | None], annotate: bool, probes: Path) -> int:
    """Write the views that were asked for, or show the matrix when none was; returns the exit code."""
    catalogue = load(probes, CONDITIONS)
    gathered = store.merge(runs)
    matrix, claims = gathered.matrix, catalogue.claims
    views: dict[str, Callable[[], str]] = {
        "html": lambda: page.render(
            matrix,
            claims,
            catalogue.document,
            {claim.id: claim.probe.read_text(encoding="utf-8") for claim in claims},
            errata=catalogue.document.errata,
            faults=gathered.faults,
            made=datetime.now(UTC).isoformat(" ", "minutes"),
            notes=gathered.notes,
        ),
        "markdown": lambda: markdown.render(matrix, claims, gathered.faults),
        "junit": lambda: junit.render(matrix, claims),
        "json": lambda: store.dumps_matrix(matrix),
    }
    for fault in gathered.faults:
        click.echo(f"procsem: {fault}", err=True)
    for note in gathered.notes:
        click.echo(f"procsem: {note}", err=True)
    wanted = {view: file for view, file in files.items() if file is not None}
    for view, file in wanted.items():
        store.write_text(file, views[view]())
    if annotate:
        for line in github.render(matrix, claims, Path.cwd()):
            click.echo(line)
    if not wanted and not annotate:
        screen = output()
        for part in terminal.show(matrix, claims, screen):
            screen.print(part)
        for column in matrix.columns:
            screen.print(Text(outcome(column.run)), soft_wrap=True)
    return 2 if gathered.faults else 0


def history(name: str, paths: Sequence[Path], probes: Path) -> int:
    """Say when a claim's cells changed, and between which environments; returns 0."""
    (claim, *others) = select(load(probes, CONDITIONS).claims, [name])
    if others:
        raise UnknownClaimError(f"{name!r} matches {len(others) + 1} claims; name one: {claim.id}, {others[0].id} ...")
    runs, faults = store.read_runs(paths)
    for fault in faults:
        click.echo(f"procsem: {fault}", err=True)
    found = store.history(claim.id, (run for run, _ in runs))
    for step in found.steps:
        method = f" under {step.start_method}" if step.start_method else ""
        click.echo(f"{step.column}{method}, along {step.along}:")
        for word, point in (("last known to agree", step.last), ("first known to differ", step.first)):
            release = point.environment.facts["python_release"]
            click.echo(f"  {word:<22} {release:<12} {point.cell.verdict:<12} measured {point.started}")
    click.echo(f"{claim.id}: {count(found.measured, 'measurement')}, {count(len(found.steps), 'change')}")
    return 2 if faults else 0


def compare(old: Sequence[Path], new: Sequence[Path], probes: Path) -> int:
    """Say what changed from one matrix to the other; returns 1 when a verdict did, 2 when nothing can be compared."""
    catalogue = load(probes, CONDITIONS)
    before, after = store.merge(old), store.merge(new)
    for fault in (*before.faults, *after.faults):
        click.echo(f"procsem: {fault}", err=True)
    found = store.compare(before.matrix, after.matrix, catalogue.claims)
    for line in found.environments:
        click.echo(line)
    for change in found.changes:
        method = f" under {change.start_method}" if change.start_method else ""
        click.echo(f"{change.kind}: {change.claim}{method} in {change.column}: {change.detail}")
    click.echo(f"{count(found.compared, 'cell')} compared, {count(len(found.changes), 'change')}")
    if not found.compared:
        click.echo("procsem: no cell is in both: compare runs of one kind of environment, or two single runs", err=True)
    if before.faults or after.faults or not found.compared:
        return 2
    return 1 if found.verdict_changed else 0
