"""``procsem explain``: from an error text to causes and fixes. Runs nothing."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from procsem.catalogue import load
from procsem.check.rules import CAUSES
from procsem.cli.console import output, print_entries, print_line
from procsem.cli.options import probes_option
from procsem.cli.streams import echo, warn
from procsem.environment import CONDITIONS
from procsem.errors import ProcsemError
from procsem.explain import index
from procsem.explain.explanation import explain
from procsem.explain.match import match
from procsem.explain.traceback_text import parse
from procsem.views import explanation as view

_LARGEST = 16 * 1024 * 1024


class TextError(ProcsemError):
    """Raised when the text to explain cannot be read."""


@click.command("explain")
@click.argument("file", required=False, type=click.Path(path_type=Path), metavar="[FILE]")
@click.option("--json", "as_json", is_flag=True, help="Print the explanations as JSON.")
@probes_option
def command(file: Path | None, as_json: bool, probes: Path) -> None:
    """Explain an error text: causes, where they occur, and fixes.

    FILE holds a traceback, a log, or the output of a test run (default: standard input). Nothing is run. Exits 1 if the
    text shows nothing that the catalogue knows.
    """
    parsed = parse(_read(file))
    claims = {claim.id: claim for claim in load(probes, CONDITIONS).claims}
    found = explain(match(parsed, index.load()), claims, CAUSES.values())
    if as_json:
        hint = {} if found else {"hint": view.unknown(parsed)}
        echo(json.dumps({"schema": 1, "matches": [view.data(each) for each in found], **hint}, indent=1))
    elif found:
        screen = output()
        for number, each in enumerate(found):
            if number:
                screen.print()
            print_line(screen, view.title(each), "bold")
            print_entries(screen, list(view.entries(each)))
    else:
        warn(view.unknown(parsed))
    sys.exit(0 if found else 1)


def _read(file: Path | None) -> str:
    if file is None or str(file) == "-":
        if sys.stdin is None:
            raise TextError("no standard input; name a file")
        if sys.stdin.isatty():
            warn("paste the text, then end it with Ctrl-D (Ctrl-Z and Enter on Windows)")
        data = sys.stdin.buffer.read(_LARGEST + 1)
    else:
        try:
            with file.open("rb") as stream:
                data = stream.read(_LARGEST + 1)
        except OSError as error:
            raise TextError(f"{file}: cannot read the text: {error.strerror or error}") from error
    if len(data) > _LARGEST:
        raise TextError(
            f"{file or 'standard input'}: larger than {_LARGEST >> 20} MiB; cut out the part with the error"
        )
    for encoding in ("utf-8-sig", "utf-16"):
        if encoding == "utf-8-sig" or data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError:
                continue
    return data.decode("utf-8", "replace")
