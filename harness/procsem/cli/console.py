"""Standard output as a console: colour and the terminal's width on a terminal, plain unwrapped lines elsewhere."""

from __future__ import annotations

import sys

from rich.console import Console

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
