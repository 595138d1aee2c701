"""Three items are taken from a queue and marked done one after the other, while another process waits in join()."""

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


def joined_while(arm, marks, patience):
    """Take all the items and mark so many of them done; what does a join do that began before?"""
    queue = JoinableQueue()
    for item in range(ITEMS):
        queue.put(item)
    Process(target=joiner, args=(arm.address, queue)).start()
    peer = arm.expect("joiner")
    begin(peer, "join")
    taken = [queue.get() for _ in range(ITEMS)]
    for _ in range(marks):
        queue.task_done()
    arm.record(taken=taken, marked=marks, join=outcome(peer, patience))
    return queue, peer


def experiment(arm):
    queue, peer = joined_while(arm, ITEMS - 1, A_WHILE)
    queue.task_done()
    arm.record(join_once_all_are_marked=outcome(peer))
    if arm.facts["join_once_all_are_marked"] != "waits":
        begin(peer, "join")
        arm.record(another_join=outcome(peer))


def control(arm):
    """No mark is missing."""
    joined_while(arm, ITEMS, PATIENCE)


if __name__ == "__main__":
    main(experiment, control)
