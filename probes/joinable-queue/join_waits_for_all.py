"""Three items are taken from a queue and marked done one after the other, while another process calls join()."""

import os
import sys
from multiprocessing import JoinableQueue, Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import QUIET_TIME, TIMEOUT, blocking_calls, hangs, main

ITEMS = 3


def joiner(address, queue):
    def join():
        queue.join()
        return "comes back"

    hangs.watch(address, "joiner's stack")
    blocking_calls.serve(address, "joiner", join=join)


# --8<-- [start:done-in-finally]
def consume(queue, handle):
    item = queue.get()
    try:
        handle(item)
    finally:
        queue.task_done()  # also if handle() raises an error


# --8<-- [end:done-in-finally]


def fail(item):
    raise ValueError(item)


def done_in_finally(arm):
    queue = JoinableQueue()
    for item in range(ITEMS):
        queue.put(item)
    Process(target=joiner, args=(arm.address, queue)).start()
    peer = arm.expect("joiner")
    blocking_calls.begin(peer, "join")
    failed = 0
    for _ in range(ITEMS):
        try:
            consume(queue, fail)
        except ValueError:
            failed += 1
    arm.record(failed=failed, join=blocking_calls.outcome(peer))


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
    if arm.facts["join"] == "waits":
        hangs.record_stack(arm, arm.expect("joiner's stack"), "child", "multiprocessing/queues.py:join")
    queue.task_done()
    arm.record(join_once_all_are_marked=blocking_calls.outcome(peer))
    if arm.facts["join_once_all_are_marked"] != "waits":
        blocking_calls.begin(peer, "join")
        arm.record(another_join=blocking_calls.outcome(peer))


def control(arm):
    """Every item is marked done."""
    join_during(arm, ITEMS, TIMEOUT)


if __name__ == "__main__":
    main(experiment, control, done_in_finally)
