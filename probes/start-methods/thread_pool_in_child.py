"""A thread pool at the main file's top level: it has worked in the program; does it work in a child?

The pool object of a forked child is a copy that counts on a thread which was not copied: the task waits for ever. That
nobody is there who could do it is how that is seen here.
"""

import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main, table
from _kit.checkin import PATIENCE

pool = ThreadPoolExecutor(1)


def child(address):
    def work():
        task = pool.submit(os.getpid)
        table.wait_for(lambda: task.done() or threading.active_count() == 1, PATIENCE / 2, "the task")
        return [task.result() if task.done() else None, threading.active_count() - 1]

    check_in(address, "child").serve(work=work)


def work_in_a_child(arm):
    Process(target=child, args=(arm.address,)).start()
    peer = arm.expect("child")
    worker, threads = peer.call("work")
    arm.record(task="waits" if worker is None else "done", done_by=arm.who(worker), pool_threads=threads)


def experiment(arm):
    pool.submit(os.getpid).result()
    work_in_a_child(arm)


def unused_before(arm):
    """The program makes the pool anew and does not use it: a pool starts its threads when it gets work."""
    global pool
    pool.shutdown()
    pool = ThreadPoolExecutor(1)
    work_in_a_child(arm)


if __name__ == "__main__":
    main(experiment, unused_before)
