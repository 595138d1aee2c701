"""``python -m procsem_dev.mutants``: list the mutants, or build one for use by hand."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from procsem.errors import ProcsemError
from procsem_dev.mutants.definitions import UNMODIFIED, MutantError, load
from procsem_dev.mutants.tree import build


def main(words: Sequence[str]) -> int:
    """Return the exit code: 0, or 2 if the mutant cannot be built."""
    parser = argparse.ArgumentParser(prog="python -m procsem_dev.mutants", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("list", help="list every mutant and the claims whose verdicts it flips")
    make = commands.add_parser("build", help="build the tree of a mutant, and print the path of its interpreter")
    make.add_argument("name", help=f"the name of a mutant, or {UNMODIFIED.name!r}")
    make.add_argument("--python", default=sys.executable, metavar="EXE", help="the interpreter to build it from")
    make.add_argument("folder", type=Path, metavar="DEST", help="a new folder")
    options = parser.parse_args(words)
    try:
        mutants = {**load(), UNMODIFIED.name: UNMODIFIED}
        if options.command == "list":
            for mutant in mutants.values():
                print(f"{mutant.name}: breaks: {mutant.breaks}; flips: {', '.join(mutant.claims()) or 'nothing'}")
        elif options.name not in mutants:
            raise MutantError(f"no mutant is called {options.name!r}; there are {', '.join(mutants)}")
        else:
            print(build(options.folder, options.python, mutants[options.name]).executable)
    except ProcsemError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
