"""Three items are taken from a queue and marked done one after the other, while another process calls join()."""

import os
import sys
from multiprocessing import JoinableQueue, Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import QUIET_TIME, TIMEOUT, blocking_calls, main

ITEMS = 3


def joiner(address, queue):
    def join():
        queue.join()
        return "comes back"

    blocking_calls.serve(address, "joiner", join=join)


def join_during(arm, marks, timeout):
    """Let another process call join(), take all the items, call task_done() ``marks`` times, and record the outcome."""
    queue = JoinableQueue()
    for item in range(ITEMS):
        queue.put(item)
    Process(target=joiner, args=(arm.address, queue)).start()
    peer = arm.expect("joiner")
    blocking_calls.begin(peer, "join")
    taken = [queue.get() for _ in range(ITEMS)]
    for _ in range(marks):
        queue.task_done()
    arm.record(taken=taken, marked=marks, join=blocking_calls.outcome(peer, timeout))
    return queue, peer


def experiment(arm):
    queue, peer = join_during(arm, ITEMS - 1, QUIET_TIME)
    queue.task_done()
    arm.record(join_once_all_are_marked=blocking_calls.outcome(peer))
    if arm.facts["join_once_all_are_marked"] != "waits":
        blocking_calls.begin(peer, "join")
        arm.record(another_join=blocking_calls.outcome(peer))


def control(arm):
    """Every item is marked done."""
    join_during(arm, ITEMS, TIMEOUT)


if __name__ == "__main__":
    main(experiment, control)
