"""``python -m procsem_dev.chaos.pids COMMAND...``: run a command in this PID namespace, in which ids wrap around.

It is process 1 of the namespace, and sets the last id again and again to one just below the largest.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

_LAST = Path("/proc/sys/kernel/ns_last_pid")
_LARGEST = Path("/proc/sys/kernel/pid_max")
_INTERVAL = 0.3
"""Seconds between two changes."""
_BELOW = 12


def main(words: Sequence[str]) -> int:
    """Return the exit code of the command."""
    if os.getpid() != 1:
        raise SystemExit("this is not process 1 of a namespace of its own")
    done = threading.Event()

    def wrap_around() -> None:
        near = int(_LARGEST.read_text(encoding="ascii")) - _BELOW
        while not done.wait(_INTERVAL):
            _LAST.write_text(str(near), encoding="ascii")

    thread = threading.Thread(target=wrap_around)
    thread.start()
    try:
        return subprocess.run(words, check=False).returncode
    finally:
        done.set()
        thread.join()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
