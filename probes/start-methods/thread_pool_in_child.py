"""A thread pool at the main file's top level: it has worked in the program; does it work in a child?

The pool object of a forked child is a copy that counts on a thread which was not copied: the task waits for ever. That
nobody is there who could do it is how that is seen here. In the control somebody is, and has other work at first.
"""

import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main, table
from _kit.checkin import A_WHILE, PATIENCE

pool = ThreadPoolExecutor(1)


def child(address):
    other_work_is_done = threading.Event()

    def other_work():
        pool.submit(other_work_is_done.wait)

    def work(patience):
        task = pool.submit(os.getpid)
        try:
            table.wait_for(lambda: task.done() or threading.active_count() == 1, patience, "the task")
        except TimeoutError:
            pass
        return [task.result() if task.done() else None, threading.active_count() - 1]

    check_in(address, "child").serve(other_work=other_work, work=work, end_other_work=other_work_is_done.set)
    other_work_is_done.set()


def a_child(arm):
    Process(target=child, args=(arm.address,)).start()
    return arm.expect("child")


def record_work(arm, peer, patience):
    worker, threads = peer.call("work", patience)
    arm.record(task="waits" if worker is None else "done", done_by=arm.who(worker), pool_threads=threads)


def experiment(arm):
    pool.submit(os.getpid).result()
    record_work(arm, a_child(arm), PATIENCE / 2)


def busy_in_the_child(arm):
    """The program makes the pool anew and does not use it: a pool starts its thread when it gets work, in the child."""
    global pool
    pool.shutdown()
    pool = ThreadPoolExecutor(1)
    peer = a_child(arm)
    peer.call("other_work")
    record_work(arm, peer, A_WHILE)
    peer.call("end_other_work")
    arm.record(next_task_done_by=arm.who(peer.call("work", PATIENCE / 2)[0]))


if __name__ == "__main__":
    main(experiment, busy_in_the_child)
