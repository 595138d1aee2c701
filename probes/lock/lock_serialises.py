"""Four processes pass through a critical section: with a lock one after the other, without a lock all at once."""

import os
import sys
from functools import partial
from multiprocessing import Lock, Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import critical_section, main

WORKERS = [f"worker {number}" for number in range(4)]


def worker(address, name, lock, log):
    critical_section.enter(address, name, lock, first=partial(note, log, "+"), then=partial(note, log, "-"))


def note(log, sign):
    with open(log, "a", encoding="ascii") as file:
        file.write(sign)


def pass_through(arm, lock):
    log = os.path.join(arm.folder(), "log")
    for name in WORKERS:
        Process(target=worker, args=(arm.address, name, lock, log)).start()
    peers = [arm.expect(name) for name in WORKERS]
    arm.record(let_in_at_once=critical_section.count_inside(peers))
    with open(log, encoding="ascii") as file:
        signs = file.read()
    for peer in peers:
        peer.leave()
        peer.wait_end()
    inside = [signs[:moment].count("+") - signs[:moment].count("-") for moment in range(len(signs) + 1)]
    arm.record(most_inside=max(inside), came_through=signs.count("-"))


def experiment(arm):
    pass_through(arm, Lock())


def control(arm):
    pass_through(arm, critical_section.NoLock())


if __name__ == "__main__":
    main(experiment, control)
