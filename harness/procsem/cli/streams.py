"""Lines on standard output and standard error, in whatever encoding they have.

``click.echo`` is not used: it writes UTF-8 to a stream whose encoding is ASCII.
"""

from __future__ import annotations

import io
import os
import sys


def prepare_streams() -> None:
    """Make characters that the encoding of a stream lacks appear as escapes instead of raising an error.

    A stream that was closed when the program started becomes one that discards its text.
    """
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8"))
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def echo(text: str) -> None:
    """Print to standard output."""
    print(text)


def warn(text: str) -> None:
    """Print to standard error, with the program's name before each line."""
    from procsem.views.formatting import printable  # here, because most commands print no warning

    for line in text.split("\n"):
        # A message may quote an argument or a file, which must not control the terminal.
        print(f"procsem: {printable(line.rstrip())}", file=sys.stderr)
