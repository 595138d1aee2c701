"""The producer has ended and everything is consumed. How many consumers does a number of end signals end?

Each consumer answers the probe from a separate thread, also while it waits in get(). At the end the remaining signals
are sent, which shows that the other consumers were waiting for them.
"""

import os
import sys
import threading
from multiprocessing import Process, Queue
from multiprocessing.connection import wait

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import QUIET_TIME, TIMEOUT, check_in, hangs, main, table

ITEMS = 6


def producer(queue):
    for number in range(ITEMS):
        queue.put(f"item {number}")


def consumer(address, queue):
    consumed = []
    line = check_in(address, "consumer")
    caller = threading.get_ident()
    actions = {"consumed": lambda: len(consumed), "stack": lambda: hangs.stack_of(caller)}
    threading.Thread(target=line.serve, kwargs=actions, daemon=True).start()
    while True:
        item = queue.get()
        if item is None:
            break
        consumed.append(item)


def run(arm, number, signals):
    """Run this number of consumers and send this number of end signals, then the remaining ones."""
    queue = Queue()
    consumers = [Process(target=consumer, args=(arm.address, queue)) for _ in range(number)]
    for process in consumers:
        process.start()
    peers = [arm.expect("consumer") for _ in consumers]
    producer_process = Process(target=producer, args=(queue,))
    producer_process.start()
    producer_process.join()
    arm.record(eaten=consumed_by_all(peers))
    for _ in range(signals):
        queue.put(None)
    arm.record(ended=ended(consumers, signals), waiting=sum(peer.answers() for peer in peers))
    if signals < number:
        record_stack_of_one(arm, peers)
    for _ in range(number - signals):
        queue.put(None)
    arm.record(ended_when_each_has_one=ended(consumers, number))
    for process in consumers:
        process.join(TIMEOUT)
    arm.record(exit_codes=sorted({process.exitcode for process in consumers}, key=str))


def record_stack_of_one(arm, peers):
    """Record where one of the consumers waits that have not ended."""
    waiting = next((peer for peer in peers if peer.answers()), None)
    if waiting:
        hangs.record_stack(arm, waiting, "child", "multiprocessing/queues.py:get")


def signal_per_consumer(arm):
    queue = Queue()
    consumers = [Process(target=consumer, args=(arm.address, queue)) for _ in range(3)]
    for process in consumers:
        process.start()
    for _ in consumers:
        arm.expect("consumer")
    # --8<-- [start:signal-per-consumer]
    producers = [Process(target=producer, args=(queue,))]
    for process in producers:
        process.start()
    for process in producers:
        process.join()
    for _ in consumers:
        queue.put(None)  # one end signal for each consumer
    # --8<-- [end:signal-per-consumer]
    arm.record(ended=ended(consumers, 3))


def consumed_by_all(peers):
    """Wait until the consumers have consumed all items, and return how many they have consumed."""

    def count():
        try:
            return sum(peer.call("consumed") for peer in peers)
        except (EOFError, OSError):  # a consumer has ended without a signal
            return -1

    try:
        table.wait_for(lambda: count() in (ITEMS, -1), TIMEOUT, "consuming all items")
    except TimeoutError:
        pass
    return count()


def ended(processes, number):
    """Wait until this number of processes has ended and no other ends for a while; returns how many have ended."""
    running = {process.sentinel for process in processes}
    while running:
        too_few = len(processes) - len(running) < number
        ready = wait(running, TIMEOUT if too_few else QUIET_TIME)
        if not ready:
            break
        running -= set(ready)
    return len(processes) - len(running)


def one_without(arm):
    run(arm, 1, 0)


def one_with(arm):
    run(arm, 1, 1)


def one_for_three(arm):
    run(arm, 3, 1)


def two_for_three(arm):
    run(arm, 3, 2)


def three_for_three(arm):
    run(arm, 3, 3)


if __name__ == "__main__":
    main(one_without, one_with, one_for_three, two_for_three, three_for_three, signal_per_consumer)
