"""``python -m procsem_dev.mutants``: lists the mutants, or builds one for use by hand."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from procsem_dev.mutants.entries import UNMODIFIED, MutantError, load
from procsem_dev.mutants.tree import TreeError, build


def main() -> int:
    """Returns the exit status: 0, or 2 for what cannot be done."""
    parser = argparse.ArgumentParser(prog="python -m procsem_dev.mutants", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("list", help="every mutant and the claims that it turns")
    make = commands.add_parser("build", help="build the tree of a mutant and print its interpreter's path")
    make.add_argument("name", help=f"a mutant's name, or {UNMODIFIED.name!r}")
    make.add_argument("--python", default=sys.executable, metavar="EXE", help="the interpreter to build it from")
    make.add_argument("folder", type=Path, metavar="DEST", help="a new folder")
    options = parser.parse_args()
    try:
        mutants = {**load(), UNMODIFIED.name: UNMODIFIED}
        if options.command == "list":
            for mutant in mutants.values():
                print(f"{mutant.name}: breaks: {mutant.breaks}; turns: {', '.join(mutant.turns) or 'nothing'}")
        elif options.name not in mutants:
            raise MutantError(f"there is no mutant {options.name!r}; there are {', '.join(mutants)}")
        else:
            print(build(options.folder, options.python, mutants[options.name]).executable)
    except (MutantError, TreeError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
