"""What full() and empty() return for a queue with room for one item: before, while and after it has an item.

An item is in the queue when put() has returned, but it is in the pipe only when a thread of the putting process has
pickled and written it. Here the pickling lasts until the probe lets it go on. Further trials are counted: with plain
items, and with items whose pickling takes a random time, before the process asks after a random time.
"""

import os
import sys
import threading
from multiprocessing import Process, Queue, SimpleQueue
from queue import Empty

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, check_in, counted, main, random_sleep, trials

TRIALS = 50
LONGEST = 0.001  # seconds of delay

go_on = threading.Event()


class HeldItem:
    """Can be pickled only after ``go_on`` is set."""

    def __reduce__(self):
        go_on.wait(TIMEOUT)
        return str, ("item",)


class SlowItem:
    """Takes a random time to pickle."""

    def __reduce__(self):
        random_sleep(LONGEST)
        return str, ("item",)


def putter(address, queue):
    def put():
        queue.put(HeldItem())

    check_in(address, "putter").serve(put=put, go_on=go_on.set)


def start_putter(arm, queue):
    Process(target=putter, args=(arm.address, queue)).start()
    return arm.expect("putter")


def experiment(arm):
    queue = Queue(1)
    peer = start_putter(arm, queue)
    arm.record(full_without=queue.full(), empty_without=queue.empty())
    peer.call("put")
    arm.record(full_with_item=queue.full(), empty_with_item=queue.empty())
    peer.call("go_on")
    arm.record(item=queue.get(), full_after=queue.full(), empty_after=queue.empty())
    queue = Queue()
    arm.record(
        plain_item_missed=counted(missed(queue, "item", 0) for _ in trials(TRIALS)),
        dawdling_item_missed=counted(missed(queue, SlowItem(), LONGEST) for _ in trials(TRIALS)),
    )


def get_instead(arm):
    queue = Queue(1)
    peer = start_putter(arm, queue)
    peer.call("put")
    asked = queue.empty()
    peer.call("go_on")
    # --8<-- [start:get-instead]
    try:
        item = queue.get(timeout=5)
    except Empty:
        item = None
    # --8<-- [end:get-instead]
    arm.record(empty_said=asked, item=item)


def missed(queue, item, longest):
    """Put an item, wait for a random time of up to ``longest`` seconds, and return whether empty() returns True."""
    queue.put(item)
    if longest:
        random_sleep(longest)
    empty = queue.empty()
    queue.get()
    return empty


def control(arm):
    """A SimpleQueue has no feeder thread: when put() has returned, the item is in the pipe. It has no full()."""
    queue = SimpleQueue()
    peer = start_putter(arm, queue)
    arm.record(empty_without=queue.empty())
    peer.call("go_on")
    peer.call("put")
    arm.record(
        empty_with_item=queue.empty(),
        item=queue.get(),
        empty_after=queue.empty(),
        dawdling_item_missed=counted(missed(queue, SlowItem(), LONGEST) for _ in trials(TRIALS)),
    )


if __name__ == "__main__":
    main(experiment, control, get_instead)
