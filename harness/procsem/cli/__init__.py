"""The command line: the only package that prints to standard output and ends the process.

Exit codes: 0 when every cell is as expected; 1 when one is not, or when no cell was judged; 2 for a usage error and for
a catalogue, an interpreter or a file that cannot be used (one line on standard error per fault); 130 after Ctrl-C.
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # built in; `signal` would import enum and functools first
import os

TYPE_CHECKING = False  # as `typing` has it, which takes long to import
if TYPE_CHECKING:
    from types import FrameType
    from typing import NoReturn


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run the program and exit. This is the entry point of ``procsem`` and of ``python -m procsem``."""
    # Ctrl-C during an import is a traceback, or is even printed and then ignored. So until the command runs, it ends
    # the process without an exception; `procsem.cli.main` restores Python's own handler.
    if _signal.getsignal(_signal.SIGINT) is _signal.default_int_handler:
        _signal.signal(_signal.SIGINT, exit_at_once)
    from procsem.cli.main import run

    run(arguments)


def exit_at_once(number: int, frame: FrameType | None) -> NoReturn:
    """Handle a signal by ending the process without unwinding the stack."""
    os.write(2, b"procsem: interrupted\n")
    os._exit(130)
