"""Two producers have put one item each, and the first calls join(). Its own item is done, the other item is not.

In the control each producer has its own queue.
"""

import os
import sys
from multiprocessing import JoinableQueue, Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import QUIET_TIME, TIMEOUT, blocking_calls, main


def producer(address, name, queue):
    def put():
        queue.put(name)

    def join():
        queue.join()
        return "comes back"

    blocking_calls.serve(address, name, put=put, join=join)


def first_joins(arm, queues, timeout):
    """Let two producers put items, into one queue or one queue each, and mark only the first producer's item done.

    Returns the first producer, and the queue of the second producer's item.
    """
    for name, queue in {"first": queues[0], "second": queues[-1]}.items():
        Process(target=producer, args=(arm.address, name, queue)).start()
    first = arm.expect("first")
    for peer in first, arm.expect("second"):
        blocking_calls.call(peer, "put")
    taken = {queue.get(): queue for queue in (queues[0], queues[-1])}
    blocking_calls.begin(first, "join")
    taken["first"].task_done()
    arm.record(taken=sorted(taken), first_ones_join=blocking_calls.outcome(first, timeout))
    return first, taken["second"]


def experiment(arm):
    queue = JoinableQueue()
    first, seconds_queue = first_joins(arm, [queue], QUIET_TIME)
    seconds_queue.task_done()
    if arm.facts["first_ones_join"] == "waits":
        arm.record(once_the_others_is_done=blocking_calls.outcome(first))


def queue_per_producer(arm):
    # --8<-- [start:queue-per-producer]
    queues = [JoinableQueue(), JoinableQueue()]  # one per producer, which joins its own
    # --8<-- [end:queue-per-producer]
    first_joins(arm, queues, TIMEOUT)


def control(arm):
    first_joins(arm, [JoinableQueue(), JoinableQueue()], TIMEOUT)


if __name__ == "__main__":
    main(experiment, control, queue_per_producer)
