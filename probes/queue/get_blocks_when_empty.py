"""On an empty queue a get() that must not wait raises an error, and any other get() waits until there is an item."""

import os
import sys
from multiprocessing import Process, Queue

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import QUIET_TIME, TIMEOUT, blocking_calls, main, table


def getter(address, queue):
    blocking_calls.serve(address, "getter", get=queue.get, get_nowait=queue.get_nowait)


def start_getter(arm):
    queue = Queue()
    Process(target=getter, args=(arm.address, queue)).start()
    return queue, arm.expect("getter")


def experiment(arm):
    queue, peer = start_getter(arm)
    arm.record(
        get_nowait=blocking_calls.call(peer, "get_nowait"),
        get_with_deadline=blocking_calls.call(peer, "get", True, 0.05),
    )
    blocking_calls.begin(peer, "get")
    arm.record(get=blocking_calls.outcome(peer, QUIET_TIME))
    queue.put("item")
    arm.record(get_then=blocking_calls.outcome(peer))


def control(arm):
    """The same calls, with an item in the queue for each."""
    queue, peer = start_getter(arm)
    for fact, form, *arguments in (
        ("get_nowait", "get_nowait"),
        ("get_with_deadline", "get", True, 0.05),
        ("get", "get"),
    ):
        queue.put("item")
        table.wait_for(lambda: not queue.empty(), TIMEOUT, "the item in the pipe")
        arm.record(**{fact: blocking_calls.call(peer, form, *arguments)})


if __name__ == "__main__":
    main(experiment, control)
