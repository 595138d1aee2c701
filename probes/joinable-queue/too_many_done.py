"""task_done() is called once more than there were items, and, in another arm, before any item was taken."""

import os
import sys
from multiprocessing import JoinableQueue, Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import blocking_calls, main

ITEMS = 2


def consumer(address, queue):
    def task_done():
        queue.task_done()
        return "accepted"

    blocking_calls.serve(address, "consumer", task_done=task_done)


def filled(arm):
    """Return a queue that has its items, and another process that uses the queue."""
    queue = JoinableQueue()
    for item in range(ITEMS):
        queue.put(item)
    Process(target=consumer, args=(arm.address, queue)).start()
    return queue, arm.expect("consumer")


def experiment(arm):
    """All items are taken and marked done; then two processes call task_done() once more, the taker and another one."""
    queue, peer = filled(arm)
    for _ in range(ITEMS):
        queue.get()
        queue.task_done()
    arm.record(one_more=blocking_calls.call(peer, "task_done"))
    try:
        queue.task_done()
    except ValueError as error:
        arm.record(one_more_by_taker=type(error).__name__)
    else:
        arm.record(one_more_by_taker="accepted")


def control(arm):
    """task_done() is called once per item; the other process makes the last call."""
    queue, peer = filled(arm)
    for _ in range(ITEMS):
        queue.get()
    queue.task_done()
    arm.record(one_more=blocking_calls.call(peer, "task_done"))


def none_taken(arm):
    """task_done() is called once per item while every item is still in the queue."""
    queue, peer = filled(arm)
    arm.record(
        marks=[blocking_calls.call(peer, "task_done") for _ in range(ITEMS)],
        one_more=blocking_calls.call(peer, "task_done"),
    )
    arm.record(taken=[queue.get() for _ in range(ITEMS)])


if __name__ == "__main__":
    main(experiment, control, none_taken)
