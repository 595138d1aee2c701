"""Three workers print two lines each, and have work to do between the two. Do the lines of one stay together?

Once each stays at its work until all have tried to come so far. Then luck is counted: all are told to print at the same
time, and take a time at random before each line.
"""

import os
import sys
from functools import partial
from multiprocessing import Lock, Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main
from _kit.chance import counted, dawdle, trials
from _kit.section import Unlocked, visit, visits

WORKERS = 3
LONGEST = 0.002  # seconds of delay


def program(address, locked):
    lock = Lock() if locked else Unlocked()
    for name in map(str, range(WORKERS)):
        Process(target=worker, args=(address, name, lock)).start()
    check_in(address, "program").serve()


def worker(address, name, lock):
    say = partial(print, name, flush=True)

    def at_leisure():
        dawdle(LONGEST)
        with lock:
            say()
            dawdle(LONGEST / 8)
            say()

    visit(address, name, lock, first=say, then=say, at_leisure=at_leisure)


def screen(arm, locked):
    path = os.path.join(arm.folder(), "screen")
    with open(path, "wb") as file:
        program_ = arm.launch(program, locked, stdout=file)
    main_process, *workers = [arm.expect(name) for name in ["program", *map(str, range(WORKERS))]]
    with open(path, encoding="utf-8") as file:
        visits(workers)
        shown = file.read().split()
        by_luck = []
        for _ in trials():
            for peer in workers:
                peer.begin("at_leisure")
            for peer in workers:
                peer.answer()
            by_luck.append(file.read().split())
    for peer in [*reversed(workers), main_process]:
        peer.leave()
    program_.wait()
    arm.record(
        lines=len(shown),
        pairs_together={"seen": pairs_together(shown), "of": WORKERS},
        shown=shown,
        mixed_by_luck=counted(pairs_together(lines) < WORKERS for lines in by_luck),
    )


def pairs_together(lines):
    """How many workers' two lines stand together."""
    return sum(lines[line] == lines[line + 1] for line in range(0, len(lines) - 1, 2))


def experiment(arm):
    screen(arm, locked=False)


def control(arm):
    screen(arm, locked=True)


if __name__ == "__main__":
    main(experiment, control)
