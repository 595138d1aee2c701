"""The same work is done by two processes with a queue between them, and by one process: how long does it take?

The work is waiting, as for a device or another computer, and needs no CPU. The elapsed time is compared with the
measured time of all steps, because on a busy machine, where each wait takes longer, both change.
"""

import os
import sys
import time
from multiprocessing import Process, Queue

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main

ITEMS = 8
WORK = 0.02
"""Seconds that each of the two steps of an item takes."""


def work():
    """Do one step; returns its begin and its end."""
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
    consumer_peer, producer_peer = arm.expect("consumer"), arm.expect("producer")
    produced = producer_peer.call("produce")
    record(arm, produced + consumer_peer.call("times"))


def control(arm):
    Process(target=single, args=(arm.address,)).start()
    record(arm, arm.expect("single").call("in_turn"))


if __name__ == "__main__":
    main(experiment, control)
