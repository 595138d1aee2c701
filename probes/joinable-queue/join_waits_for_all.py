"""Three items are taken from a queue and marked done one after the other, while another process calls join()."""

import os
import sys
from multiprocessing import JoinableQueue, Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import main
from _kit.checkin import A_WHILE, PATIENCE
from _kit.waits import begin, outcome, serve_calls

ITEMS = 3


def joiner(address, queue):
    def join():
        queue.join()
        return "comes back"

    serve_calls(address, "joiner", join=join)


def join_during(arm, marks, timeout):
    """Let another process call join(), take all the items, call task_done() ``marks`` times, and record the outcome."""
    queue = JoinableQueue()
    for item in range(ITEMS):
        queue.put(item)
    Process(target=joiner, args=(arm.address, queue)).start()
    peer = arm.expect("joiner")
    begin(peer, "join")
    taken = [queue.get() for _ in range(ITEMS)]
    for _ in range(marks):
        queue.task_done()
    arm.record(taken=taken, marked=marks, join=outcome(peer, timeout))
    return queue, peer


def experiment(arm):
    queue, peer = join_during(arm, ITEMS - 1, A_WHILE)
    queue.task_done()
    arm.record(join_once_all_are_marked=outcome(peer))
    if arm.facts["join_once_all_are_marked"] != "waits":
        begin(peer, "join")
        arm.record(another_join=outcome(peer))


def control(arm):
    """Every item is marked done."""
    join_during(arm, ITEMS, PATIENCE)


if __name__ == "__main__":
    main(experiment, control)
