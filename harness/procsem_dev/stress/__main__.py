"""``python -m procsem_dev.stress``: repeat the claims while endless loops keep every CPU busy.

No verdict may change. Claims that count random outcomes are repeated more often; they are recognised by their results.
Prints how many cells ran and how many of them had an unexpected verdict; the exit code is that of ``procsem run``.
The loops end with this program, however it ends, because each of them waits for the end of its standard input.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from attrs import define, field

from procsem.model.comparison import frequency, show

LOOP = """
import os, sys, threading
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0))).start()
while True: pass
"""
"""An endless loop, with a thread that ends it when its standard input ends."""


@define
class Totals:
    """The results of all repetitions so far."""

    exit_code: int = 0
    """The highest exit code of a run."""
    cells: int = 0
    unexpected: int = 0
    random_claims: set[str] = field(factory=set)

    def add(self, exit_code: int, cells: Iterable[Mapping[str, Any]]) -> None:
        """Add the exit code and the cells of one run."""
        self.exit_code = max(self.exit_code, exit_code)
        for cell in cells:
            self.cells += sum(cell["repeats"].values()) or 1
            self.unexpected += count_unexpected(cell)
            if counts_random_outcomes(cell):
                self.random_claims.add(cell["claim"])


def main(words: Sequence[str]) -> int:
    """Return the highest exit code of the runs."""
    parser = argparse.ArgumentParser(prog="python -m procsem_dev.stress", description=__doc__.split("\n\n")[0])
    parser.add_argument("claims", nargs="*", metavar="PATTERN", help="as for procsem run (default: every claim)")
    parser.add_argument("--repeat", type=int, default=20, help="runs of every cell in each round (default: 20)")
    parser.add_argument("--rounds", type=int, default=2, help="number of rounds (default: 2)")
    parser.add_argument("--chance", type=int, default=100, help="extra runs of claims of chance (default: 100)")
    parser.add_argument("--loops", type=int, default=os.cpu_count() or 1, help="endless loops (default: one per CPU)")
    parser.add_argument("--python", action="append", default=[], help="as for procsem run; may be repeated")
    parser.add_argument("--jobs", type=int, help="as for procsem run")
    parser.add_argument("--probes", help="as for procsem run")
    given = parser.parse_args(words)
    options = [word for python in given.python for word in ("--python", python)]
    options += ["--jobs", str(given.jobs)] if given.jobs else []
    options += ["--probes", given.probes] if given.probes else []
    totals = Totals()

    def repeat(times: int, claims: Iterable[str]) -> None:
        code, cells = run("--repeat", str(times), *options, *claims)
        if code > 1:  # bad input or Ctrl-C; procsem run has printed why
            sys.exit(code)
        totals.add(code, cells)

    with endless_loops(given.loops):
        for number in range(given.rounds):
            repeat(given.repeat, given.claims)
            print(f"round {number + 1} of {given.rounds}: {totals.cells} cells ran so far", flush=True)
        if totals.random_claims and given.chance:
            print(f"claims that count random outcomes: {len(totals.random_claims)}, each {given.chance} times more")
            sys.stdout.flush()
            repeat(given.chance, sorted(totals.random_claims))
    print(f"unexpected next to {given.loops} endless loops: {show({'seen': totals.unexpected, 'of': totals.cells})}")
    return totals.exit_code


def run(*words: str) -> tuple[int, list[Mapping[str, Any]]]:
    """Return the exit code of ``procsem run``, and the cells that ran something."""
    with tempfile.TemporaryDirectory() as folder:
        code = subprocess.run([sys.executable, "-m", "procsem", "run", "--out", folder, *words], check=False).returncode
        files = [json.loads(file.read_text(encoding="utf-8")) for file in Path(folder).glob("*.json")]
    return code, [cell for file in files for cell in file["cells"] if cell["arms"]]


def count_unexpected(cell: Mapping[str, Any]) -> int:
    """Count the runs of a cell with an unexpected verdict: at least one if the cell is not as expected."""
    others = sum(count for verdict, count in cell["repeats"].items() if verdict != cell["expected"])
    return int(others or not cell["as_expected"])


def counts_random_outcomes(cell: Mapping[str, Any]) -> bool:
    """Return whether an arm of the cell recorded how often an outcome was seen."""
    return any(frequency(fact) for arm in cell["arms"].values() for fact in arm["facts"].values())


@contextmanager
def endless_loops(number: int) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Run endless loops in processes of their own during the block."""
    loops = [subprocess.Popen([sys.executable, "-c", LOOP], stdin=subprocess.PIPE) for _ in range(number)]
    try:
        yield loops
    finally:
        for loop in loops:
            loop.kill()
            loop.communicate()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
