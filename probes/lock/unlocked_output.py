"""Three workers print two lines each, and have work to do between the two. Do the lines of one stay together?"""

import os
import sys
from functools import partial
from multiprocessing import Lock, Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main
from _kit.section import Unlocked, visit, visits

WORKERS = 3


def program(address, locked):
    lock = Lock() if locked else Unlocked()
    for name in map(str, range(WORKERS)):
        Process(target=worker, args=(address, name, lock)).start()
    check_in(address, "program").serve()


def worker(address, name, lock):
    visit(address, name, lock, first=partial(print, name, flush=True), then=partial(print, name, flush=True))


def screen(arm, locked):
    path = os.path.join(arm.folder(), "screen")
    with open(path, "wb") as file:
        program_ = arm.launch(program, locked, stdout=file)
    peers = [arm.expect(name) for name in ["program", *map(str, range(WORKERS))]]
    visits(peers[1:])
    for peer in reversed(peers):
        peer.leave()
    program_.wait()
    with open(path, encoding="utf-8") as file:
        shown = file.read().split()
    together = sum(shown[line] == shown[line + 1] for line in range(0, len(shown) - 1, 2))
    arm.record(lines=len(shown), pairs_together={"seen": together, "of": WORKERS}, shown=shown)


def experiment(arm):
    screen(arm, locked=False)


def control(arm):
    screen(arm, locked=True)


if __name__ == "__main__":
    main(experiment, control)
