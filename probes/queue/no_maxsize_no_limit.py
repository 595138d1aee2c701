"""Items are put into a queue without a maxsize and are not taken: is there a limit?

The items are more than a semaphore can count on some systems, and far more than a pipe holds.
"""

import os
import queue as queues
import sys
from multiprocessing import Process, Queue

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main

MANY = 33_000
ITEM = bytes(100)


def taker(address, queue):
    def take(number):
        return sum(queue.get() == ITEM for _ in range(number))

    check_in(address, "taker").serve(take=take)


def put_many(arm, queue):
    Process(target=taker, args=(arm.address, queue)).start()
    peer = arm.expect("taker")
    put, then = 0, "no end"
    while put < MANY:
        try:
            queue.put_nowait(ITEM)
        except queues.Full:
            then = "Full"
            break
        put += 1
    # The items that the feeder thread has not written yet: it can write only as many as the pipe holds.
    arm.record(put=put, then=then, in_putters_memory=len(queue._buffer))
    arm.record(taken=peer.call("take", put))


def experiment(arm):
    put_many(arm, Queue())


def control(arm):
    put_many(arm, Queue(1000))


if __name__ == "__main__":
    main(experiment, control)
