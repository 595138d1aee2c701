"""The same work with a queue between its two halves, and in turn by one process: how long does it take as a whole?

The work is waiting, as for a device or another computer: it needs no CPU of ours. What the time is held against is the
work itself as it was, so that a busy machine, on which each wait takes longer, changes both.
"""

import os
import sys
import time
from multiprocessing import Process, Queue

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main

ITEMS = 8
WORK = 0.02
"""Seconds that either half of the work on an item takes."""


def work():
    """Half of the work on an item; returns when it was."""
    began = time.monotonic()
    time.sleep(WORK)
    return [began, time.monotonic()]


def producer(address, queue):
    def produce():
        times = []
        for _ in range(ITEMS):
            times.append(work())
            queue.put("item")
        return times

    check_in(address, "producer").serve(produce=produce)


def consumer(address, queue):
    line = check_in(address, "consumer")
    times = []
    for _ in range(ITEMS):
        queue.get()
        times.append(work())
    line.serve(times=lambda: times)


def single(address):
    check_in(address, "single").serve(in_turn=lambda: [work() for _ in range(2 * ITEMS)])


def record(arm, times):
    elapsed = max(end for _, end in times) - min(begin for begin, _ in times)
    arm.record(items=len(times) // 2, elapsed_by_work=elapsed / sum(end - begin for begin, end in times))


def experiment(arm):
    queue = Queue()
    Process(target=consumer, args=(arm.address, queue)).start()
    Process(target=producer, args=(arm.address, queue)).start()
    taking, making = arm.expect("consumer"), arm.expect("producer")
    made = making.call("produce")
    record(arm, made + taking.call("times"))


def control(arm):
    Process(target=single, args=(arm.address,)).start()
    record(arm, arm.expect("single").call("in_turn"))


if __name__ == "__main__":
    main(experiment, control)
