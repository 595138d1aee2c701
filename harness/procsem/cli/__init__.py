"""The command line: the only package that prints to standard output and ends the process.

Exit codes: 0 when every cell is as expected; 1 when one is not, or when no cell was judged; 2 for a usage error and for
a catalogue, an interpreter or a file that cannot be used (one line on standard error per fault); 130 after Ctrl-C.
"""

from __future__ import annotations

import os
import signal
from types import FrameType
from typing import NoReturn


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run the program and exit. This is the entry point of ``procsem`` and of ``python -m procsem``."""
    # An exception that a signal handler raises during an import may be printed and then ignored, so a Ctrl-C in the
    # first moments ends the process without one. `procsem.cli.main` restores Python's own handler.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, exit_at_once)
    from procsem.cli.main import run

    run(arguments)


def exit_at_once(number: int, frame: FrameType | None) -> NoReturn:
    """Handle a signal by ending the process without unwinding the stack."""
    os.write(2, b"procsem: interrupted\n")
    os._exit(130)
