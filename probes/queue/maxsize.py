"""A queue for three items is full. A fourth put(), also in another process, raises Full or waits until one is taken."""

import os
import sys
from multiprocessing import Process, Queue

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import main
from _kit.checkin import A_WHILE
from _kit.waits import begin, call, outcome, serve_calls


def putter(address, queue):
    def put(item, *arguments):
        queue.put(item, *arguments)
        return "put"

    serve_calls(address, "putter", put=put)


def fill(arm, queue):
    """Put three items, and let another process try to put a fourth without waiting and with a timeout."""
    for item in range(3):
        queue.put(item)
    Process(target=putter, args=(arm.address, queue)).start()
    peer = arm.expect("putter")
    arm.record(put_nowait=call(peer, "put", 3, False), put_with_deadline=call(peer, "put", 4, True, 0.05))
    return peer


def experiment(arm):
    queue = Queue(3)
    peer = fill(arm, queue)
    begin(peer, "put", 5)
    arm.record(put=outcome(peer, A_WHILE))
    arm.record(taken=queue.get(), put_then=outcome(peer))
    arm.record(got=[queue.get() for _ in range(3)])


def control(arm):
    """The same items, with room for all of them."""
    queue = Queue(6)
    peer = fill(arm, queue)
    arm.record(put=call(peer, "put", 5), taken=queue.get())


if __name__ == "__main__":
    main(experiment, control)
