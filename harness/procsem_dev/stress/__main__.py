"""``python -m procsem_dev.stress``: the claims, repeated, while endless loops keep every CPU busy.

No verdict may change. The claims that count chance, which their results tell, are repeated more often. Prints how
many cells were run and how many of them were off; exits as ``procsem run`` does. The loops end with this program,
whatever ends it: each waits for the end of its standard input.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from procsem.model.comparison import frequency, show

# A thread of the loop notices that we are gone; the loop itself only burns.
LOOP = """
import os, sys, threading
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0))).start()
while True: pass
"""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m procsem_dev.stress", description=__doc__.split("\n\n")[0])
    parser.add_argument("claims", nargs="*", metavar="PATTERN", help="as of procsem run (default: every claim)")
    parser.add_argument("--repeat", type=int, default=20, help="how often each round runs every cell (default: 20)")
    parser.add_argument("--rounds", type=int, default=2, help="how many rounds (default: 2)")
    parser.add_argument("--chance", type=int, default=100, help="how often the claims of chance then (default: 100)")
    parser.add_argument("--loops", type=int, default=os.cpu_count(), help="endless loops (default: one a CPU)")
    parser.add_argument("--python", action="append", default=[], help="as of procsem run; may be repeated")
    parser.add_argument("--jobs", type=int, help="as of procsem run")
    options = parser.parse_args()
    others = [word for python in options.python for word in ("--python", python)]
    others += ["--jobs", str(options.jobs)] if options.jobs else []
    worst = runs = off = 0
    chance: set[str] = set()

    def repeat(times: int, claims: Iterable[str]) -> None:
        nonlocal worst, runs, off
        code, cells = run("--repeat", str(times), *others, *claims)
        if code > 1:  # bad input, or Ctrl-C: it has said so
            sys.exit(code)
        worst = max(worst, code)
        for cell in cells:
            runs += sum(cell["repeats"].values()) or 1
            off += times_off(cell)
            if counts_chance(cell):
                chance.add(cell["claim"])

    with busy(options.loops):
        for number in range(options.rounds):
            repeat(options.repeat, options.claims)
            print(f"round {number + 1} of {options.rounds}: {runs} cells were run", flush=True)
        if chance and options.chance:
            print(f"{len(chance)} claims count chance: {options.chance} times more", flush=True)
            repeat(options.chance, sorted(chance))
    print(f"beside {options.loops} endless loops, not as expected: {show({'seen': off, 'of': runs})}")
    return worst


def run(*words: str) -> tuple[int, list[Mapping[str, Any]]]:
    """The exit code of ``procsem run``, and the cells that had something to run."""
    with tempfile.TemporaryDirectory() as folder:
        code = subprocess.run([sys.executable, "-m", "procsem", "run", "--out", folder, *words], check=False).returncode
        files = [json.loads(file.read_text(encoding="utf-8")) for file in Path(folder).glob("*.json")]
    return code, [cell for file in files for cell in file["cells"] if cell["arms"]]


def times_off(cell: Mapping[str, Any]) -> int:
    """How many of the cell's runs had another verdict than the expected; one at least where it is not as expected."""
    others = sum(count for verdict, count in cell["repeats"].items() if verdict != cell["expected"])
    return int(others or not cell["as_expected"])


def counts_chance(cell: Mapping[str, Any]) -> bool:
    return any(frequency(fact) for arm in cell["arms"].values() for fact in arm["facts"].values())


@contextmanager
def busy(loops: int) -> Iterator[None]:
    """So many endless loops, ended with the block."""
    burning = [subprocess.Popen([sys.executable, "-c", LOOP], stdin=subprocess.PIPE) for _ in range(loops)]
    try:
        yield
    finally:
        for loop in burning:
            loop.kill()
            loop.communicate()


if __name__ == "__main__":
    sys.exit(main())
