"""One process is in a ``with`` block of a lock, and another tries the lock: inside, after, and after an exception.

The control calls acquire() and release() in separate lines, and an exception skips the second one.
"""

import os
import sys
from multiprocessing import Lock, Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main


class BlockError(Exception):
    """Raised inside the block."""


def by_with(lock, inside):
    with lock:
        inside()


def by_calls(lock, inside):
    lock.acquire()
    inside()
    lock.release()


def holder(address, lock, way):
    line = check_in(address, "holder")

    def inside():
        if line.serve() == "raise":
            raise BlockError

    for _ in range(2):
        try:
            way(lock, inside)
        except BlockError:
            pass
        line.serve()


def take(lock):
    if lock.acquire(block=False):
        lock.release()
        return "free"
    return "taken"


def hold_twice(arm, way):
    lock = Lock()
    Process(target=holder, args=(arm.address, lock, way)).start()
    peer = arm.expect("holder")
    peer.answers()  # the holder is inside the block
    arm.record(inside=take(lock))
    peer.leave()
    peer.answers()  # the holder is outside the block
    arm.record(after_the_block=take(lock))
    peer.leave()
    peer.answers()
    arm.record(inside_again=take(lock))
    peer.leave("raise")
    peer.answers()
    arm.record(after_an_exception=take(lock))
    peer.leave()


def with_block(arm):
    hold_twice(arm, by_with)


def calls(arm):
    hold_twice(arm, by_calls)


if __name__ == "__main__":
    main(with_block, calls)
