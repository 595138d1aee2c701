"""A queue for three items is full. A fourth put(), also in another process, raises Full or waits until one is taken."""

import os
import sys
from multiprocessing import Process, Queue

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import QUIET_TIME, blocking_calls, main


def putter(address, queue):
    def put(item, *arguments):
        queue.put(item, *arguments)
        return "put"

    def put_nowait(item):
        queue.put_nowait(item)
        return "put"

    blocking_calls.serve(address, "putter", put=put, put_nowait=put_nowait)


def fill(arm, queue):
    """Put three items, and let another process try to put a fourth without waiting and with a timeout."""
    for item in range(3):
        queue.put(item)
    Process(target=putter, args=(arm.address, queue)).start()
    peer = arm.expect("putter")
    arm.record(
        put_nowait=blocking_calls.call(peer, "put_nowait", 3),
        put_with_deadline=blocking_calls.call(peer, "put", 4, True, 0.05),
    )
    return peer


def experiment(arm):
    queue = Queue(3)
    peer = fill(arm, queue)
    blocking_calls.begin(peer, "put", 5)
    arm.record(put=blocking_calls.outcome(peer, QUIET_TIME))
    arm.record(taken=queue.get(), put_then=blocking_calls.outcome(peer))
    arm.record(got=[queue.get() for _ in range(3)])


def control(arm):
    """The same items, with room for all of them."""
    queue = Queue(6)
    peer = fill(arm, queue)
    arm.record(put=blocking_calls.call(peer, "put", 5), taken=queue.get())


if __name__ == "__main__":
    main(experiment, control)
