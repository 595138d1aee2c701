"""Two producers have put an item each, and the first one joins. Its own item is done, the other's is not.

In the control each of them has a queue of its own.
"""

import os
import sys
from multiprocessing import JoinableQueue, Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import main
from _kit.checkin import A_WHILE, PATIENCE
from _kit.waits import begin, call, outcome, serve_calls


def producer(address, name, queue):
    def put():
        queue.put(name)

    def join():
        queue.join()
        return "comes back"

    serve_calls(address, name, put=put, join=join)


def first_joins(arm, queues, patience):
    """They share a queue or have one each. The items are taken, and the first one's is done.

    Returns the first, and the queue in which the second's was.
    """
    for name, queue in {"first": queues[0], "second": queues[-1]}.items():
        Process(target=producer, args=(arm.address, name, queue)).start()
    first = arm.expect("first")
    for peer in first, arm.expect("second"):
        call(peer, "put")
    taken = {queue.get(): queue for queue in (queues[0], queues[-1])}
    begin(first, "join")
    taken["first"].task_done()
    arm.record(taken=sorted(taken), first_ones_join=outcome(first, patience))
    return first, taken["second"]


def experiment(arm):
    queue = JoinableQueue()
    first, seconds = first_joins(arm, [queue], A_WHILE)
    seconds.task_done()
    if arm.facts["first_ones_join"] == "waits":
        arm.record(once_the_others_is_done=outcome(first))


def control(arm):
    first_joins(arm, [JoinableQueue(), JoinableQueue()], PATIENCE)


if __name__ == "__main__":
    main(experiment, control)
