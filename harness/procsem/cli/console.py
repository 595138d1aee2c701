"""Standard output as a console: colour and the terminal's width on a terminal, plain unwrapped lines elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from procsem.views import entries
from procsem.views.entries import Entry

_PIPE_WIDTH = 10_000


def output() -> Console:
    """Return the console of standard output. It takes no text for markup."""
    on_terminal = sys.stdout.isatty()
    return Console(
        markup=False,
        highlight=False,
        emoji=False,
        width=None if on_terminal else _PIPE_WIDTH,
        safe_box=True,
    )


def print_line(screen: Console, text: str, style: str = "") -> None:
    """Print one line. The terminal may break it at its edge, so commands and addresses can still be copied whole."""
    screen.print(Text(text, style=style), soft_wrap=True)


def print_entries(screen: Console, shown: Sequence[Entry]) -> None:
    """Print labelled entries, wrapped to the width of a terminal."""
    for line in entries.lines(shown, screen.width if screen.is_terminal else None):
        print_line(screen, line)
