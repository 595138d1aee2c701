"""``procsem bench``: measure the benchmarks, show a stored run, or compare it with an older one."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from procsem.bench.compare import THRESHOLD, compare
from procsem.bench.results import BenchmarkFileError, BenchmarkRun, read
from procsem.cli.streams import echo, warn
from procsem.results import write_text
from procsem.views import bench_text


@click.command("bench")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--measure", is_flag=True, help="Measure first, and write FILE: half an hour, or 2 minutes with --quick.")
@click.option("--quick", is_flag=True, help="With --measure: fewer benchmarks, less time for each.")
@click.option("--against", type=click.Path(path_type=Path), metavar="OLD", help="Report what is slower than in OLD.")
@click.option(
    "--threshold",
    type=click.FloatRange(min=1),
    default=THRESHOLD,
    metavar="FACTOR",
    help=f"A benchmark is slower if its whole interval is above this multiple of the old interval ({THRESHOLD:g}).",
)
@click.option("--markdown", type=click.Path(path_type=Path), metavar="FILE", help="Write a summary in Markdown.")
@click.option("--html", type=click.Path(path_type=Path), metavar="FILE", help="Write a page: one file, no network.")
def command(
    file: Path,
    measure: bool,
    quick: bool,
    against: Path | None,
    threshold: float,
    markdown: Path | None,
    html: Path | None,
) -> int:
    """Measure and show what creating a process costs.

    FILE is a benchmark file: `procsem bench FILE --measure` writes it, and so does `pytest --benchmark-only
    --benchmark-json FILE`. With --measure, exits 1 if a benchmark failed, a check does not hold, or a claim about cost
    is not as expected. With --against, exits 1 if the ratio of a benchmark to the baseline has grown by more than the
    threshold.
    """
    if quick and not measure:
        raise click.UsageError("--quick needs --measure")
    old = _read(against) if against is not None else None
    all_measured = _measure(file, quick) if measure else True
    new = _read(file)
    if markdown is not None:
        _write(markdown, bench_text.markdown(new))
    if html is not None:
        _write(html, _page(new))
    if markdown is None and html is None and old is None:
        for line in bench_text.plain(new):
            echo(line)
    good = all_measured and not (measure and new.failures)
    if old is not None:
        found = compare(old, new, threshold)
        for line in bench_text.differences(found):
            warn(f"the two runs differ in more than what they measured: {line}")
        for line in bench_text.slower(found, threshold):
            echo(line)
        good = good and not found.slower
    return 0 if good else 1


def _measure(file: Path, quick: bool) -> bool:
    """Measure, write the file, and return whether no benchmark failed."""
    from procsem.bench.measure.parents import Programs  # imports psutil, which no other use of this command needs
    from procsem.bench.measure.session import Session, measure_all

    failures: list[str] = []
    progress = _Progress()

    def failed(name: str, reason: str) -> None:
        failures.append(name)
        progress.clear()
        warn(f"{name}: {reason}")

    with TemporaryDirectory() as folder:
        session = Session(Programs(Path(folder)), quick=quick, report=progress)
        minutes = session.estimate(session.groups) / 60
        progress.line(f"measuring {len(session.groups)} groups, about {minutes:.0f} minutes on a quiet machine")
        data = measure_all(session, failed)
    progress.clear()
    _write(file, json.dumps(data, indent=1))
    return not failures


class _Progress:
    """Progress on standard error: one line that changes on a terminal, elsewhere one line per group."""

    def __init__(self) -> None:
        self._groups: set[str] = set()
        self._width = 0

    def __call__(self, group: str, text: str) -> None:
        """Show the progress of a group."""
        line = f"{group}: {text}"
        if sys.stderr.isatty():
            print(f"\r{line.ljust(self._width)}", end="", file=sys.stderr, flush=True)
            self._width = len(line)
        elif group not in self._groups:
            self.line(line)
        self._groups.add(group)

    def line(self, text: str) -> None:
        """Print a line that stays."""
        print(text, file=sys.stderr, flush=True)

    def clear(self) -> None:
        """Remove the changing line from the terminal."""
        if self._width:
            print(f"\r{' ' * self._width}\r", end="", file=sys.stderr, flush=True)
            self._width = 0


def _page(run: BenchmarkRun) -> str:
    from procsem.views.html.bench import render  # imports jinja2, which no other output needs

    return render(run)


def _write(file: Path, text: str) -> None:
    write_text(file, text)
    echo(f"wrote {file}")


def _read(file: Path) -> BenchmarkRun:
    try:
        return read(json.loads(file.read_text(encoding="utf-8")))
    except OSError as error:
        raise BenchmarkFileError(f"{file}: cannot be read: {error.strerror or error}") from error
    except BenchmarkFileError as error:
        raise BenchmarkFileError(f"{file}: {error}") from error
    except ValueError as error:
        raise BenchmarkFileError(
            f"{file}: not valid JSON ({error}); pass a file that `procsem bench FILE --measure` wrote"
        ) from error
