"""The producer has ended and all is consumed. How many consumers end by so many end signals, and how many still wait?

Each consumer answers the probe from a thread of its own, also while it waits in get(). In the end those that wait are
sent the signals that they lack, and so it is seen that this was what they waited for.
"""

import os
import sys
import threading
from multiprocessing import Process, Queue
from multiprocessing.connection import wait

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main, table
from _kit.checkin import A_WHILE, PATIENCE

ITEMS = 6


def producer(queue):
    for number in range(ITEMS):
        queue.put(f"item {number}")


def consumer(address, queue):
    eaten = []
    line = check_in(address, "consumer")
    threading.Thread(target=line.serve, kwargs={"eaten": lambda: len(eaten)}, daemon=True).start()
    while True:
        item = queue.get()
        if item is None:
            break
        eaten.append(item)


def consumers_and_signals(arm, number, signals):
    queue = Queue()
    consumers = [Process(target=consumer, args=(arm.address, queue)) for _ in range(number)]
    for process in consumers:
        process.start()
    peers = [arm.expect("consumer") for _ in consumers]
    making = Process(target=producer, args=(queue,))
    making.start()
    making.join()
    arm.record(eaten=all_eaten(peers))
    for _ in range(signals):
        queue.put(None)
    arm.record(ended=ended(consumers, signals), waiting=sum(peer.answers() for peer in peers))
    for _ in range(number - signals):
        queue.put(None)
    arm.record(ended_when_each_has_one=ended(consumers, number))
    for process in consumers:
        process.join(PATIENCE)
    arm.record(exit_codes=sorted({process.exitcode for process in consumers}, key=str))


def all_eaten(peers):
    """How many items the consumers have had, when they have had all of them."""

    def count():
        try:
            return sum(peer.call("eaten") for peer in peers)
        except (EOFError, OSError):  # one has ended, though nobody has told it to
            return -1

    try:
        table.wait_for(lambda: count() in (ITEMS, -1), PATIENCE, "consuming all items")
    except TimeoutError:
        pass
    return count()


def ended(processes, number):
    """How many have ended, once so many have and for a while no other did."""
    running = {process.sentinel for process in processes}
    while running:
        few = len(processes) - len(running) < number
        over = wait(running, PATIENCE if few else A_WHILE)
        if not over:
            break
        running -= set(over)
    return len(processes) - len(running)


def one_without(arm):
    consumers_and_signals(arm, 1, 0)


def one_with(arm):
    consumers_and_signals(arm, 1, 1)


def one_for_three(arm):
    consumers_and_signals(arm, 3, 1)


def two_for_three(arm):
    consumers_and_signals(arm, 3, 2)


def three_for_three(arm):
    consumers_and_signals(arm, 3, 3)


if __name__ == "__main__":
    main(one_without, one_with, one_for_three, two_for_three, three_for_three)
