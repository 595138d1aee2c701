"""How many entries of the process table does a process have: while it runs, with its threads, and after its end?"""

import os
import sys
import threading

import psutil

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main

CHILDREN = ("child 1", "child 2", "child 3")


def start_threads(number):
    """Start this number of threads; return their ids, and a function that ends them."""
    over, ready = threading.Event(), threading.Barrier(number + 1)

    def wait():
        ready.wait()
        over.wait()

    threads = [threading.Thread(target=wait) for _ in range(number)]
    for thread in threads:
        thread.start()
    ready.wait()
    return [thread.native_id for thread in threads], over.set


def child(address, name):
    threads, end_them = start_threads(2)
    check_in(address, name, threads=threads).serve()
    end_them()


def entries(ids):
    """Return the number of entries that the table has for each of these ids."""
    table = psutil.pids()
    return [table.count(id) for id in ids]


def experiment(arm):
    programs = [arm.launch(child, name) for name in CHILDREN]
    peers = [arm.expect(name) for name in CHILDREN]
    pids = [peer.pid for peer in peers]
    arm.record(
        while_they_run=entries(pids),
        for_their_threads=sum(entries([thread for peer in peers for thread in peer.details["threads"]])),
    )
    for peer in peers:
        peer.leave()
        peer.wait_end()
    # Windows has no reaping: the entry disappears with the last handle to the process.
    arm.record(ended_and_not_reaped=entries(pids) if os.name != "nt" else "nobody reaps")
    for program in programs:
        program.wait()
    del programs, program
    arm.programs.clear()
    arm.record(reaped=entries(pids))


def control(arm):
    """Count the entries of threads of this process instead."""
    threads, end_them = start_threads(len(CHILDREN))
    try:
        arm.record(while_they_run=entries(threads))
    finally:
        end_them()


if __name__ == "__main__":
    main(experiment, control)
