"""A thread of the program holds a lock when a child is started, and releases it later: can the child take it then?

A forked child has a copy of the lock, held by a thread that does not exist in the child, so it waits for ever unless it
releases its copy itself. The locks of logging's handlers are such locks too, but logging replaces them in a forked
child.
"""

import logging
import os
import subprocess
import sys
import threading
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main

LONG = 0.2
"""Seconds to wait for a lock that no other process can release, because each process has its own."""

lock = threading.Lock()
handler = logging.StreamHandler()


def child(address):
    def take(timeout):
        taken = lock.acquire(timeout=timeout)
        if taken:
            lock.release()
        return taken

    def take_handler():
        taken = handler.lock.acquire(timeout=LONG)
        if taken:
            handler.release()
        return taken

    holder = Holder(lock.acquire, lock.release)
    line = check_in(address, "child")
    line.serve(
        take=take,
        take_handler=take_handler,
        release=lock.release,
        let_thread_hold=holder.__enter__,
        let_thread_release=holder.__exit__,
    )
    holder.released.set()


class Holder:
    """A thread that holds a lock while the block runs."""

    def __init__(self, acquire, release):
        self.held, self.released = threading.Event(), threading.Event()
        self.thread = threading.Thread(target=self.hold, args=(acquire, release))

    def hold(self, acquire, release):
        acquire()
        self.held.set()
        self.released.wait()
        release()

    def __enter__(self):
        self.thread.start()
        self.held.wait()

    def __exit__(self, *_):
        self.released.set()
        self.thread.join()


# --8<-- [start:new-lock]
def renew_lock():
    global lock
    lock = threading.Lock()


# --8<-- [end:new-lock]


def program(address):
    # --8<-- [start:new-lock]
    if hasattr(os, "register_at_fork"):  # not on Windows, which has no fork
        os.register_at_fork(after_in_child=renew_lock)
    # --8<-- [end:new-lock]
    with Holder(lock.acquire, lock.release):
        process = Process(target=child, args=(address,))
        process.start()
    process.join()


def new_lock(arm):
    """In a separate program, because the registration cannot be undone."""
    launched = arm.launch(program, stderr=subprocess.DEVNULL)  # since Python 3.12 it prints a warning about its thread
    peer = arm.expect("child")
    arm.record(after_release="taken" if peer.call("take", LONG) else "waits")
    peer.leave()
    arm.wait_exit_code(launched)


def start_child(arm):
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # about a fork with several threads: another claim
        Process(target=child, args=(arm.address,)).start()
    return arm.expect("child")


def experiment(arm):
    with Holder(lock.acquire, lock.release):
        peer = start_child(arm)
        arm.record(while_held="taken" if peer.call("take", 0) else "waits")
    arm.record(program_takes_it=lock.acquire(blocking=False))
    lock.release()
    arm.record(after_release="taken" if peer.call("take", LONG) else "waits")
    if arm.facts["after_release"] == "waits":
        peer.call("release")  # only the child's copy is stuck, so the child itself can free it
        arm.record(after_child_freed_it="taken" if peer.call("take", LONG) else "waits")
        arm.symptom("silence", "child", text="a child waits for a lock that no thread holds any more")


def childs_thread_holds(arm):
    """The program's thread releases the lock before the child is started; then a thread of the child holds it."""
    with Holder(lock.acquire, lock.release):
        pass
    arm.record(program_takes_it=lock.acquire(blocking=False))
    lock.release()
    peer = start_child(arm)
    peer.call("let_thread_hold")
    arm.record(after_release="taken" if peer.call("take", LONG) else "waits")
    peer.call("let_thread_release")
    arm.record(after_child_freed_it="taken" if peer.call("take", LONG) else "waits")


def handler_held(arm):
    with Holder(handler.acquire, handler.release):
        arm.record(while_held="taken" if start_child(arm).call("take_handler") else "waits")


def lock_held(arm):
    with Holder(lock.acquire, lock.release):
        arm.record(while_held="taken" if start_child(arm).call("take", 0) else "waits")


if __name__ == "__main__":
    main(experiment, childs_thread_holds, handler_held, lock_held, new_lock)
