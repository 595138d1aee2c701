"""Lines on standard output and standard error, in whatever encoding they have.

``click.echo`` is not used: it writes UTF-8 to a stream whose encoding is ASCII.
"""

from __future__ import annotations

import io
import sys


def prepare_streams() -> None:
    """Make characters that the encoding of a stream lacks appear as escapes instead of raising an error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def echo(text: str) -> None:
    """Print to standard output."""
    print(text)


def warn(text: str) -> None:
    """Print to standard error, with the program's name before each line."""
    for line in text.splitlines():
        print(f"procsem: {line}", file=sys.stderr)
