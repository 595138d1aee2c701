"""A thread pool at the main file's top level has worked in the program: does it work in a child?

The pool object of a forked child is a copy that counts on a thread which was not copied, so the task waits for ever.
The probe sees this because the child has no thread that could do the task. In the control the child has such a thread,
which is busy at first.
"""

import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import QUIET_TIME, TIMEOUT, check_in, main, table

pool = ThreadPoolExecutor(1)


# --8<-- [start:pool-in-the-child]
def set_up_and_work(address):
    global pool
    pool = ThreadPoolExecutor(1)  # the child's own
    child(address)  # the child's work


# --8<-- [end:pool-in-the-child]


def child(address):
    other_work_is_done = threading.Event()

    def other_work():
        pool.submit(other_work_is_done.wait)

    def work(timeout):
        task = pool.submit(os.getpid)
        try:
            table.wait_for(lambda: task.done() or threading.active_count() == 1, timeout, "the task")
        except TimeoutError:
            pass
        return [task.result() if task.done() else None, threading.active_count() - 1]

    check_in(address, "child").serve(other_work=other_work, work=work, end_other_work=other_work_is_done.set)
    other_work_is_done.set()


def start_child(arm):
    Process(target=child, args=(arm.address,)).start()
    return arm.expect("child")


def record_work(arm, peer, timeout):
    worker, threads = peer.call("work", timeout)
    arm.record(task="waits" if worker is None else "done", done_by=arm.name_of(worker), pool_threads=threads)


def experiment(arm):
    pool.submit(os.getpid).result()
    record_work(arm, start_child(arm), TIMEOUT / 2)
    if arm.facts["task"] == "waits":
        arm.symptom("silence", "child", text="a task of a thread pool, which the program has used before, never runs")


def pool_in_the_child(arm):
    pool.submit(os.getpid).result()
    address = arm.address
    # --8<-- [start:pool-in-the-child]
    process = Process(target=set_up_and_work, args=(address,))
    process.start()
    # --8<-- [end:pool-in-the-child]
    record_work(arm, arm.expect("child"), TIMEOUT / 2)


def busy_in_the_child(arm):
    """The program makes a new pool and does not use it, so the pool starts its thread in the child, with its work."""
    global pool
    pool.shutdown()
    pool = ThreadPoolExecutor(1)
    peer = start_child(arm)
    peer.call("other_work")
    record_work(arm, peer, QUIET_TIME)
    peer.call("end_other_work")
    arm.record(next_task_done_by=arm.name_of(peer.call("work", TIMEOUT / 2)[0]))


if __name__ == "__main__":
    main(experiment, pool_in_the_child, busy_in_the_child)
