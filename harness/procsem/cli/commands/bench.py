"""``procsem bench``: a stored run of the benchmarks, as text, Markdown or a page, or compared with an older one."""

from __future__ import annotations

import json
from pathlib import Path

import click

from procsem.bench.compare import THRESHOLD, compare
from procsem.bench.results import Bench, BenchmarkFileError, read
from procsem.cli.streams import echo, warn
from procsem.results import write_text
from procsem.views import bench_text


@click.command("bench")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--against", type=click.Path(path_type=Path), metavar="OLD", help="Report what is slower than in OLD.")
@click.option(
    "--threshold",
    type=click.FloatRange(min=1),
    default=THRESHOLD,
    metavar="FACTOR",
    help=f"A row is slower if its whole interval is above this multiple of the old interval ({THRESHOLD:g}).",
)
@click.option("--markdown", type=click.Path(path_type=Path), metavar="FILE", help="Write a summary in Markdown.")
@click.option("--html", type=click.Path(path_type=Path), metavar="FILE", help="Write a page: one file, no network.")
def command(file: Path, against: Path | None, threshold: float, markdown: Path | None, html: Path | None) -> int:
    """Show what creating a process costs.

    FILE is what `pytest --benchmark-only --benchmark-json FILE` wrote. With --against, exits 1 if the ratio of a row
    to the baseline has grown by more than the threshold.
    """
    new = _read(file)
    if markdown is not None:
        _write(markdown, bench_text.markdown(new))
    if html is not None:
        _write(html, _page(new))
    if markdown is None and html is None and against is None:
        for line in bench_text.plain(new):
            echo(line)
    if against is None:
        return 0
    found = compare(_read(against), new, threshold)
    for line in found.warnings:
        warn(f"the two runs differ in more than what they measured: {line}")
    for line in found.dearer:
        echo(line)
    echo(f"{found.compared} rows compared, {len(found.dearer)} dearer by more than {threshold:g} times")
    return 1 if found.dearer else 0


def _page(bench: Bench) -> str:
    from procsem.views.html.bench import render  # imports jinja2, which no other output needs

    return render(bench)


def _write(file: Path, text: str) -> None:
    write_text(file, text)
    echo(f"wrote {file}")


def _read(file: Path) -> Bench:
    try:
        return read(json.loads(file.read_text(encoding="utf-8")))
    except OSError as error:
        raise BenchmarkFileError(f"{file}: cannot be read: {error.strerror or error}") from error
    except BenchmarkFileError as error:
        raise BenchmarkFileError(f"{file}: {error}") from error
    except ValueError as error:
        why = f"{file}: is not valid JSON ({error}); name a file that `pytest --benchmark-json FILE` wrote"
        raise BenchmarkFileError(why) from error
