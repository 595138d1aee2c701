"""The commands, their options, and how errors leave the program."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import NoReturn

import click

from procsem.bench.compare import THRESHOLD
from procsem.catalogue import BUILT_IN
from procsem.cli.commands import bench as benching
from procsem.cli.commands import claims as listing
from procsem.cli.commands import report as reporting
from procsem.cli.commands import run as running
from procsem.errors import ProcsemError

_RUNS = Path("procsem-runs")
"""Where runs are kept unless told otherwise."""

_probes_option = click.option(
    "--probes",
    type=click.Path(path_type=Path, resolve_path=True),  # a probe is run in a folder of its own
    default=BUILT_IN,
    metavar="DIR",
    help="A folder of topics other than the built-in one.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="procsem", prog_name="procsem")
def procsem() -> None:
    """What is true of processes here: claims about them, put to the test under fork, spawn and forkserver."""


@procsem.command()
@click.argument("patterns", nargs=-1, metavar="[PATTERN]...")
@click.option(
    "--start-method",
    "start_methods",
    multiple=True,
    metavar="METHOD",
    help="fork, spawn or forkserver; may be repeated. All that there are by default.",
)
@click.option(
    "--python",
    "pythons",
    multiple=True,
    metavar="EXE",
    help="Run the probes under this interpreter; may be repeated. Nothing needs to be installed in it.",
)
@click.option(
    "--jobs",
    type=click.IntRange(1, 256),
    metavar="N",
    help="Probes side by side; by default two for each usable CPU.",
)
@click.option(
    "--repeat",
    type=click.IntRange(1, 100_000),
    default=1,
    show_default=True,
    metavar="N",
    help="Run every cell N times; one whose verdict changes is inconclusive.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=_RUNS,
    show_default=True,
    metavar="DIR",
    help="Where the runs' files go.",
)
@click.option(
    "-O",
    "--optimize",
    count=True,
    help="Run the probes with Python's -O, which takes out assertions, multiprocessing's too; twice for -OO.",
)
@_probes_option
def run(
    patterns: tuple[str, ...],
    start_methods: tuple[str, ...],
    pythons: tuple[str, ...],
    jobs: int | None,
    repeat: int,
    out: Path,
    optimize: int,
    probes: Path,
) -> NoReturn:
    """Put claims to the test, and show the matrix.

    A PATTERN is a claim's id (daemon/no-children), a topic (daemon), or either with * in it; without
    one, every claim is run.
    """
    sys.exit(running.run(running.Request(patterns, start_methods, pythons, jobs, repeat, out, probes, optimize)))


@procsem.command()
@click.argument("patterns", nargs=-1, metavar="[PATTERN]...")
@_probes_option
def claims(patterns: tuple[str, ...], probes: Path) -> None:
    """List the claims, by topic."""
    listing.claims(patterns, probes)


@procsem.command()
@click.argument("claim")
@click.argument("runs", nargs=-1, type=click.Path(path_type=Path), metavar="[RUN]...")
@_probes_option
def show(claim: str, runs: tuple[Path, ...], probes: Path) -> None:
    """Show one claim: what it says, how it is tested, what is expected where, and why.

    RUNs are files or folders of them; by them it says where each rule was measured, and of which it was not yet.
    Those in procsem-runs are taken where none is named.
    """
    kept = [_RUNS] if next(_RUNS.glob("*.json"), None) else []
    listing.show(claim, runs or kept, probes)


@procsem.command()
@click.argument("runs", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="RUN...")
@click.option("--html", type=click.Path(path_type=Path), metavar="FILE", help="Write the page: one file, no network.")
@click.option("--markdown", type=click.Path(path_type=Path), metavar="FILE", help="Write a summary in Markdown.")
@click.option("--junit", type=click.Path(path_type=Path), metavar="FILE", help="Write JUnit XML.")
@click.option("--json", type=click.Path(path_type=Path), metavar="FILE", help="Write all of it as one JSON file.")
@click.option("--annotations", is_flag=True, help="Print GitHub annotations for what is not as expected.")
@_probes_option
def report(
    runs: tuple[Path, ...],
    html: Path | None,
    markdown: Path | None,
    junit: Path | None,
    json: Path | None,
    annotations: bool,
    probes: Path,
) -> NoReturn:
    """Set runs side by side: files that `run` kept, or folders of them.

    Shows the matrix, or writes the views that the options name.
    """
    files = {"html": html, "markdown": markdown, "junit": junit, "json": json}
    sys.exit(reporting.report(runs, files, annotations, probes))


@procsem.command()
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@_probes_option
def compare(old: Path, new: Path, probes: Path) -> NoReturn:
    """Say what changed between two runs, or two folders of them.

    Of several runs, those of one system and version of Python are compared; two single runs are compared whatever they
    are of. Exits 1 when a verdict changed.
    """
    sys.exit(reporting.compare([old], [new], probes))


@procsem.command()
@click.argument("claim")
@click.argument("runs", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="RUN...")
@_probes_option
def history(claim: str, runs: tuple[Path, ...], probes: Path) -> NoReturn:
    """Say when a claim's verdict changed, and between which environments.

    RUNs are files or folders of them, as `run --out` and `report --json` write them.
    """
    sys.exit(reporting.history(claim, runs, probes))


@procsem.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--against", type=click.Path(path_type=Path), metavar="OLD", help="Say what is dearer than in this one.")
@click.option(
    "--threshold",
    type=click.FloatRange(min=1),
    default=THRESHOLD,
    metavar="FACTOR",
    help=f"By how much the intervals must lie apart for a row to be dearer ({THRESHOLD:g}).",
)
@click.option("--markdown", type=click.Path(path_type=Path), metavar="FILE", help="Write a summary in Markdown.")
@click.option("--html", type=click.Path(path_type=Path), metavar="PAGE", help="Write the page: one file, no network.")
def bench(file: Path, against: Path | None, threshold: float, markdown: Path | None, html: Path | None) -> NoReturn:
    """Show what creating a process costs: a FILE that `pytest --benchmark-only --benchmark-json` wrote.

    With --against, exits 1 when a ratio to the limit has grown by more than the threshold, for certain.
    """
    sys.exit(benching.bench(file, against, threshold, markdown, html))


def main(arguments: list[str] | None = None) -> NoReturn:
    """The program. Always exits; every error of the user's making is one line a fault on standard error."""
    try:
        procsem.main(arguments, prog_name="procsem", standalone_mode=False)
    except click.UsageError as error:
        where = error.ctx.command_path if error.ctx else "procsem"
        _fail(f"{error.format_message().rstrip('.')}; see '{where} --help'")
    except click.exceptions.Exit as leaving:
        sys.exit(leaving.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("procsem: interrupted", err=True)
        sys.exit(130)
    except BrokenPipeError:
        # Whoever read our output has had enough. Python flushes stdout once more at exit; let that go nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except ProcsemError as error:
        _fail(str(error))
    sys.exit(0)


def _fail(message: str) -> NoReturn:
    for line in message.splitlines():
        click.echo(f"procsem: {line}", err=True)
    sys.exit(2)
