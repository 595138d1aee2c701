"""``procsem bench``: what the benchmarks stored, to look at."""

from __future__ import annotations

import json
from pathlib import Path

import click

from procsem import results as store
from procsem.bench import results as stored
from procsem.bench.compare import compare
from procsem.views import bench_text as text
from procsem.views.html import bench as page


def bench(file: Path, against: Path | None, threshold: float, markdown: Path | None, html: Path | None) -> int:
    """Show a stored run, or write it; returns 1 when a row is dearer than in the run it is held against."""
    new = _read(file)
    if markdown is not None:
        store.write_text(markdown, text.markdown(new))
    if html is not None:
        store.write_text(html, page.render(new))
    if markdown is None and html is None and against is None:
        for line in text.plain(new):
            click.echo(line)
    if against is None:
        return 0
    found = compare(_read(against), new, threshold)
    for line in found.warnings:
        click.echo(f"procsem: the two runs differ in more than what they measured: {line}", err=True)
    for line in found.dearer:
        click.echo(line)
    click.echo(f"{found.compared} rows compared, {len(found.dearer)} dearer by more than {threshold:g} times")
    return 1 if found.dearer else 0


def _read(file: Path) -> stored.Bench:
    try:
        return stored.read(json.loads(file.read_text(encoding="utf-8")))
    except OSError as error:
        raise stored.BenchmarkFileError(f"{file}: cannot be read: {error.strerror or error}") from error
    except stored.BenchmarkFileError as error:
        raise stored.BenchmarkFileError(f"{file}: {error}") from error
    except ValueError as error:
        why = f"{file}: is not valid JSON ({error}); name a file that `pytest --benchmark-json FILE` wrote"
        raise stored.BenchmarkFileError(why) from error
