"""``python -m tests.load``: the claims, repeated, while endless loops keep every CPU busy.

No verdict may change. Prints how many cells were run; exits as ``procsem run`` does. The loops end
with this program, whatever ends it: each waits for the end of its standard input.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

# A thread of the loop notices that we are gone; the loop itself only burns.
LOOP = """
import os, sys, threading
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0))).start()
while True: pass
"""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.load", description=__doc__.split("\n\n")[0])
    parser.add_argument("--repeat", type=int, default=20, help="how often each round runs every cell (default: 20)")
    parser.add_argument("--rounds", type=int, default=2, help="how many rounds (default: 2)")
    parser.add_argument("--loops", type=int, default=os.cpu_count(), help="endless loops (default: one a CPU)")
    options, others = parser.parse_known_args()
    worst = cells = 0
    for number in range(options.rounds):
        with tempfile.TemporaryDirectory() as folder, busy(options.loops):
            procsem = [sys.executable, "-m", "harness", "run"]
            command = [*procsem, "--repeat", str(options.repeat), "--out", folder, *others]
            worst = max(worst, subprocess.run(command, check=False).returncode)
            for file in Path(folder).glob("*.json"):
                run = json.loads(file.read_text(encoding="utf-8"))
                cells += sum(sum(cell["repeats"].values()) or 1 for cell in run["cells"] if cell["arms"])
        said = f"{cells} cells run so far beside {options.loops} endless loops"
        print(f"round {number + 1} of {options.rounds}: {said}", flush=True)
    return worst


@contextmanager
def busy(loops: int):
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
