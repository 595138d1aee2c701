"""The command line: the only room that prints and exits.

Exit codes: 0 when every cell is as expected; 1 when one is not, or none was judged; 2 for a usage,
a catalogue, an interpreter or a folder that cannot be used, each told in one line; 130 after Ctrl-C.
"""

from procsem.cli.main import main

__all__ = ["main"]
