"""``procsem check``: a program of the user's, run under each start method, with what is wrong and on which line."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import click

from procsem.check import views
from procsem.check.evidence import Run
from procsem.check.schema import to_data
from procsem.check.session import Session, check
from procsem.check.target import TargetError, default_python, parse
from procsem.check.views import terminal
from procsem.cli.streams import echo, warn
from procsem.model import START_METHODS
from procsem.results import write_text


class _TargetLast(click.Command):
    """A command whose own options end where the program begins: at -m, at -c, or at the first word."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        with_value = {name for p in self.params if isinstance(p, click.Option) and not p.is_flag for name in p.opts}
        position = 0
        while position < len(args):
            word = args[position]
            if word == "--":
                break
            if word in ("-m", "-c") or not word.startswith("-") or word == "-":
                args = [*args[:position], "--", *args[position:]]
                break
            position += 2 if word in with_value else 1
        return super().parse_args(ctx, args)


@click.command("check", cls=_TargetLast)
@click.argument("words", nargs=-1, type=click.UNPROCESSED, metavar="PROGRAM [ARGUMENT]...")
@click.option(
    "--start-method",
    "start_methods",
    multiple=True,
    type=click.Choice(START_METHODS),
    help="Run the program under this start method; may be repeated. Default: all.",
)
@click.option(
    "--python",
    "pythons",
    multiple=True,
    metavar="EXE",
    help="Run the program with this interpreter; may be repeated. Default: the active virtual environment's.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0.1),
    default=60.0,
    show_default=True,
    metavar="SECONDS",
    help="End a run after this time.",
)
@click.option("--repeat", type=click.IntRange(1, 1000), default=1, metavar="N", help="Run N times per start method.")
@click.option(
    "--stdin", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE", help="Standard input."
)
@click.option("--copy", is_flag=True, help="Run each time in a copy of the working directory.")
@click.option("--cost", is_flag=True, help="Report what each start method costs, and measure what a preload saves.")
@click.option("--json", "as_json", is_flag=True, help="Print the diagnosis as JSON.")
@click.option("--sarif", type=click.Path(path_type=Path), metavar="FILE", help="Write SARIF 2.1.0, for code scanning.")
@click.option("--markdown", type=click.Path(path_type=Path), metavar="FILE", help="Write a summary in Markdown.")
@click.option("--html", type=click.Path(path_type=Path), metavar="FILE", help="Write a page with the timelines.")
@click.option("--annotations", is_flag=True, help="Print GitHub annotations for the findings.")
def command(
    words: tuple[str, ...],
    start_methods: tuple[str, ...],
    pythons: tuple[str, ...],
    timeout: float,
    repeat: int,
    stdin: Path | None,
    copy: bool,
    cost: bool,
    as_json: bool,
    sarif: Path | None,
    markdown: Path | None,
    html: Path | None,
    annotations: bool,
) -> int:
    """Run your program under each start method, and report what breaks, why, and on which line.

    PROGRAM is a script, -m MODULE, -c CODE, a folder or zip file with a __main__.py, or pytest; its own arguments
    follow. With --stdin FILE and - as the program, FILE is the program. Options of check come before PROGRAM. Exits 1
    if there are findings.
    """
    root = _working_directory()
    target = parse(words, root, stdin is not None)
    session = Session(
        target=target,
        pythons=pythons or (default_python(),),
        start_methods=start_methods,
        timeout=timeout,
        repeat=repeat,
        stdin=stdin,
        copy=copy,
        cost=cost,
    )
    diagnosis = check(session, _progress)
    if sarif is not None:
        write_text(sarif, views.sarif.render(diagnosis, root))
    if markdown is not None:
        write_text(markdown, views.markdown.render(diagnosis, root))
    if html is not None:
        from procsem.check.views.html import render

        write_text(html, render(diagnosis, root))
    if annotations:
        for line in views.annotations.render(diagnosis, root):
            echo(line)
    if as_json:
        echo(json.dumps(to_data(diagnosis), indent=2))
    else:
        width = min(shutil.get_terminal_size().columns, 120) if sys.stdout.isatty() else 80
        echo(terminal.render(diagnosis, width).removesuffix("\n"))
    return 1 if diagnosis.findings or diagnosis.unexplained else 0


def _working_directory() -> Path:
    try:
        return Path.cwd()
    except FileNotFoundError:
        raise TargetError("the working directory has been removed; change to another one") from None


def _progress(run: Run) -> None:
    if sys.stderr.isatty():
        warn(f"{run.start_method}: {run.seconds:.1f} s")
