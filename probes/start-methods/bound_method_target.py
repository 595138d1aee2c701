"""A bound method is a target: its object goes to the child along with it, and what becomes of it there stays there.

Where start() may raise it is called in a program of its own: on Windows it leaves behind a child that has nothing to
do, and which may, while it comes up, take what the next child is sent.
"""

import os
import sys
import threading
from multiprocessing import Pipe, Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main
from _kit.checkin import PATIENCE


class Counter:
    def __init__(self, lock=None):
        self.count = 0
        self.lock = lock

    def raise_count(self, told):
        self.count += 1
        told.send([os.getpid(), self.count])


def in_a_process(arm):
    arm.record(**perform(Process, Counter()))


def in_a_thread(arm):
    arm.record(**perform(threading.Thread, Counter()))


def perform(kind, counter):
    """Have such a worker run the method of this counter, and return what came of it."""
    hears, told = Pipe(duplex=False)
    worker = kind(target=counter.raise_count, args=(told,))
    worker.start()
    if not hears.poll(PATIENCE):
        raise TimeoutError("the method did not run")
    pid, workers_count = hears.recv()
    worker.join()
    return {
        "ran_in": "the same process" if pid == os.getpid() else "another",
        "workers_count": workers_count,
        "parents_count": counter.count,
    }


def holding_a_lock(arm):
    attempt(arm, True)


def holding_none(arm):
    attempt(arm, False)


def attempt(arm, holds_a_lock):
    arm.launch(program, holds_a_lock)
    peer = arm.expect("program")
    arm.record(**peer.details)
    peer.leave()
    peer.wait_end()


def program(address, holds_a_lock):
    # The lock is one of threading's, which means nothing in another process and cannot be pickled.
    counter = Counter(threading.Lock() if holds_a_lock else None)
    try:
        outcome = perform(Process, counter)["ran_in"]
    except (TimeoutError, EOFError):
        raise
    except Exception as error:
        outcome = f"start() raised {type(error).__name__}"
    check_in(address, "program", ran_in=outcome).serve()


if __name__ == "__main__":
    main(in_a_process, in_a_thread, holding_a_lock, holding_none)
