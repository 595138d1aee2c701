"""``procsem explain``: from an error text to causes and fixes. Runs nothing."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
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
_SAMPLE = 1000
"""Number of bytes at the beginning that show the encoding."""


class TextError(ProcsemError):
    """Raised when the text to explain cannot be read."""


@click.command("explain")
@click.argument("file", required=False, type=click.Path(path_type=Path), metavar="[FILE]")
@click.option("--json", "as_json", is_flag=True, help="Print the explanations as JSON.")
@probes_option
def command(file: Path | None, as_json: bool, probes: Path) -> None:
    """Explain an error text: causes, where they occur, and fixes.

    FILE holds a traceback, a log, or the output of a test run (default: standard input). Nothing is run. Exits 1 if the
    text shows nothing that the catalogue knows, and 2 if it cannot be read. explain.schema.json, in the folder
    procsem/explain, documents what --json prints.
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
    for encoding in _encodings(data):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("utf-8", "replace")


def _encodings(data: bytes) -> Iterator[str]:
    """Yield the encodings that the text may have. Windows writes UTF-16, mostly with a mark at its beginning."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        yield "utf-16"
    elif b"\0" in data[:_SAMPLE]:
        even, odd = data[:_SAMPLE:2].count(0), data[1:_SAMPLE:2].count(0)
        yield "utf-16-be" if even > odd else "utf-16-le"
    yield "utf-8-sig"
