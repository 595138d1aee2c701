"""The queue is empty: a get that may not wait is refused, any other waits until there is an item."""

import os
import sys
from multiprocessing import Process, Queue

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import main, table
from _kit.checkin import A_WHILE, PATIENCE
from _kit.waits import begin, call, outcome, serve_calls


def getter(address, queue):
    serve_calls(address, "getter", get=queue.get)


def beside_a_getter(arm):
    queue = Queue()
    Process(target=getter, args=(arm.address, queue)).start()
    return queue, arm.expect("getter")


def experiment(arm):
    queue, peer = beside_a_getter(arm)
    arm.record(get_nowait=call(peer, "get", False), get_with_deadline=call(peer, "get", True, 0.05))
    begin(peer, "get")
    arm.record(get=outcome(peer, A_WHILE))
    queue.put("item")
    arm.record(get_then=outcome(peer))


def control(arm):
    """The same calls, and an item for each."""
    queue, peer = beside_a_getter(arm)
    for fact, how in ("get_nowait", [False]), ("get_with_deadline", [True, 0.05]), ("get", []):
        queue.put("item")
        table.wait_for(lambda: not queue.empty(), PATIENCE, "the item reaching the pipe")
        arm.record(**{fact: call(peer, "get", *how)})


if __name__ == "__main__":
    main(experiment, control)
