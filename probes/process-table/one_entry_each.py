"""Each process is one entry of the process table, however many threads it has; a thread is none.

A process that has ended keeps its entry, as a zombie, until it is reaped.
"""

import os
import sys
import threading

import psutil

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main

CHILDREN = ("child 1", "child 2", "child 3")


def with_threads(how_many):
    """Have so many threads from now on: their ids, and a function that ends them."""
    over, ready = threading.Event(), threading.Barrier(how_many + 1)

    def wait():
        ready.wait()
        over.wait()

    threads = [threading.Thread(target=wait) for _ in range(how_many)]
    for thread in threads:
        thread.start()
    ready.wait()
    return [thread.native_id for thread in threads], over.set


def child(address, name):
    threads, end_them = with_threads(2)
    check_in(address, name, threads=threads).serve()
    end_them()


def entries(ids):
    """How many entries the table has for each of these ids."""
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
    # Windows has no reaping: the entry goes with the last who has the process open.
    arm.record(ended_and_not_reaped=entries(pids) if os.name != "nt" else "nobody reaps")
    for program in programs:
        program.wait()
    del programs, program
    arm.programs.clear()
    arm.record(reaped=entries(pids))


def control(arm):
    """The same number of threads of this process."""
    threads, end_them = with_threads(len(CHILDREN))
    try:
        arm.record(while_they_run=entries(threads))
    finally:
        end_them()


if __name__ == "__main__":
    main(experiment, control)
