"""A thread of the program holds a lock when a child is started, and releases it later: can the child take it then?

A forked child has a copy of the lock, taken by a thread that it does not have. It waits for ever, unless it frees its
copy itself. Logging's own locks are such locks too, and are made anew in a forked child.
"""

import logging
import os
import sys
import threading
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main

LONG = 0.2
"""Seconds that an acquire waits which nobody can come to help: the two locks have nothing to do with each other."""

lock = threading.Lock()
handler = logging.StreamHandler()


def child(address):
    def takes(patience):
        taken = lock.acquire(timeout=patience)
        if taken:
            lock.release()
        return taken

    def takes_handler():
        taken = handler.lock.acquire(timeout=LONG)
        if taken:
            handler.release()
        return taken

    of_its_own = Holder(lock.acquire, lock.release)
    line = check_in(address, "child")
    line.serve(
        takes=takes,
        takes_handler=takes_handler,
        frees=lock.release,
        its_thread_holds=of_its_own.__enter__,
        its_thread_frees=of_its_own.__exit__,
    )
    of_its_own.free.set()


class Holder:
    """A thread that holds something while the block runs."""

    def __init__(self, acquire, release):
        self.held, self.free = threading.Event(), threading.Event()
        self.thread = threading.Thread(target=self.hold, args=(acquire, release))

    def hold(self, acquire, release):
        acquire()
        self.held.set()
        self.free.wait()
        release()

    def __enter__(self):
        self.thread.start()
        self.held.wait()

    def __exit__(self, *_):
        self.free.set()
        self.thread.join()


def a_child(arm):
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # for forking beside a thread: a claim of its own
        Process(target=child, args=(arm.address,)).start()
    return arm.expect("child")


def experiment(arm):
    with Holder(lock.acquire, lock.release):
        peer = a_child(arm)
        arm.record(while_held="taken" if peer.call("takes", 0) else "waits")
    arm.record(program_takes_it=lock.acquire(blocking=False))
    lock.release()
    arm.record(after_release="taken" if peer.call("takes", LONG) else "waits")
    if arm.facts["after_release"] == "waits":
        peer.call("frees")  # the planted way out: it is but the copy that is stuck
        arm.record(after_child_freed_it="taken" if peer.call("takes", LONG) else "waits")


def childs_thread_holds(arm):
    """The thread releases it before the child is started, and so has nothing to do with it; one of the child's has."""
    with Holder(lock.acquire, lock.release):
        pass
    arm.record(program_takes_it=lock.acquire(blocking=False))
    lock.release()
    peer = a_child(arm)
    peer.call("its_thread_holds")
    arm.record(after_release="taken" if peer.call("takes", LONG) else "waits")
    peer.call("its_thread_frees")
    arm.record(after_child_freed_it="taken" if peer.call("takes", LONG) else "waits")


def handler_held(arm):
    with Holder(handler.acquire, handler.release):
        arm.record(while_held="taken" if a_child(arm).call("takes_handler") else "waits")


def lock_held(arm):
    with Holder(lock.acquire, lock.release):
        arm.record(while_held="taken" if a_child(arm).call("takes", 0) else "waits")


if __name__ == "__main__":
    main(experiment, childs_thread_holds, handler_held, lock_held)
