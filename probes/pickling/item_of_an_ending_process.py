"""A child puts an item that cannot be pickled into a queue, then another one, and ends.

The pickling of the first item fails when the child has begun to end; in the control, while the child goes on. This
represents an item that the thread of the queue has not yet pickled when the target of the child returns.
"""

import os
import pickle
import sys
import threading
from multiprocessing import Process, Queue, SimpleQueue, util

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import PIPES, TIMEOUT, main, printed_symptom, wait_program

failing = threading.Event()
"""In the child: set when the pickling of its item may fail."""


class Item:
    """An object whose pickling takes a while and then fails."""

    def __reduce__(self):
        if not failing.wait(TIMEOUT):
            raise TimeoutError("the child has not ended in time")
        raise TypeError("cannot pickle this item")


def make_queue(way):
    if way != "simple queue":
        return Queue()
    # --8<-- [start:simple-queue]
    queue = SimpleQueue()
    # --8<-- [end:simple-queue]
    return queue


def end_at_once(queue, _received):
    # multiprocessing calls this when the child ends, before it waits for the thread of the queue
    util.Finalize(None, failing.set, exitpriority=10)
    queue.put(Item())
    queue.put("next item")


def live_on(queue, received):
    failing.set()
    queue.put(Item())
    queue.put("next item")
    received.get()


def pickle_first(queue, _received):
    failing.set()

    def put(item):
        # --8<-- [start:pickle-the-result-first]
        queue.put(pickle.dumps(item))  # raises the error here; the receiver calls pickle.loads()
        # --8<-- [end:pickle-the-result-first]

    put(Item())


def put_into_simple_queue(queue, _received):
    failing.set()

    def put(item):
        # --8<-- [start:simple-queue]
        queue.put(item)  # in the child, raises the error here, because it pickles the item itself
        # --8<-- [end:simple-queue]

    put(Item())


def ends_at_once(arm):
    run(arm, "ends at once")


def lives_on(arm):
    run(arm, "lives on")


def pickle_the_result_first(arm):
    run(arm, "pickles first")


def simple_queue(arm):
    run(arm, "simple queue")


WAYS = {
    "ends at once": end_at_once,
    "lives on": live_on,
    "pickles first": pickle_first,
    "simple queue": put_into_simple_queue,
}


def run(arm, way):
    end = wait_program(arm, arm.launch(program, way, **PIPES))
    got, exit_code = end.lines
    arm.record(got=got, exit_code=int(exit_code))
    arm.record(printed="Traceback" if any("Traceback" in line for line in end.errors) else "nothing")
    printed_symptom(arm, end)
    if way == "ends at once":
        arm.symptom("silence", "child", text="nothing is printed, and get() of the queue waits for the item")


def program(_address, way):
    queue, received = make_queue(way), SimpleQueue()
    child = Process(target=WAYS[way], args=(queue, received))
    child.start()
    if way == "lives on":
        got = queue.get(timeout=TIMEOUT)
        received.put("received")
        child.join()
    else:
        child.join()
        # what the child has sent is in the pipe now
        got = "nothing" if queue.empty() else queue.get()
    print(got)
    print(child.exitcode)


if __name__ == "__main__":
    main(ends_at_once, lives_on, pickle_the_result_first, simple_queue)
