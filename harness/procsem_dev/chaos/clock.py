"""``python -m procsem_dev.chaos.clock COMMAND...``: run procsem with a clock that jumps by up to a day at each look.

Only the wall clock of this process jumps: probes have the real one.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Sequence

_DAY = 86400.0


def main(words: Sequence[str]) -> None:
    """Run the command line of procsem, without the interpreter and its options at the beginning."""
    real = time.time
    time.time = lambda: real() + random.uniform(-_DAY, _DAY)
    time.time_ns = lambda: int(time.time() * 1e9)
    from procsem.cli.main import run

    run(list(words[words.index("procsem") + 1 :]))


if __name__ == "__main__":
    main(sys.argv[1:])
