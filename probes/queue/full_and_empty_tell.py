"""What full() and empty() tell of a queue for one item: before it holds one, while it holds one, and after.

An item is in the queue when put() has returned, but in the pipe only when a thread of the putter has pickled and
written it. The item here is one whose pickling takes until it is told to go on. And luck is counted: of plain items,
and of such whose pickling takes a time at random, as does who asks.
"""

import os
import sys
import threading
from multiprocessing import Process, Queue, SimpleQueue

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main
from _kit.chance import counted, dawdle, trials
from _kit.checkin import PATIENCE

TRIALS = 50
LONGEST = 0.001  # seconds of delay

go_on = threading.Event()


class Slow:
    def __reduce__(self):
        go_on.wait(PATIENCE)
        return str, ("item",)


class Dawdling:
    def __reduce__(self):
        dawdle(LONGEST)
        return str, ("item",)


def putter(address, queue):
    def put():
        queue.put(Slow())

    check_in(address, "putter").serve(put=put, go_on=go_on.set)


def put_elsewhere(arm, queue):
    Process(target=putter, args=(arm.address, queue)).start()
    return arm.expect("putter")


def experiment(arm):
    queue = Queue(1)
    peer = put_elsewhere(arm, queue)
    arm.record(full_without=queue.full(), empty_without=queue.empty())
    peer.call("put")
    arm.record(full_with_item=queue.full(), empty_with_item=queue.empty())
    peer.call("go_on")
    arm.record(item=queue.get(), full_after=queue.full(), empty_after=queue.empty())
    queue = Queue()
    arm.record(
        plain_item_missed=counted(missed(queue, "item", 0) for _ in trials(TRIALS)),
        dawdling_item_missed=counted(missed(queue, Dawdling(), LONGEST) for _ in trials(TRIALS)),
    )


def missed(queue, item, longest):
    """Whether empty() says yes of a queue into which the same process has just put an item; it asks after a while."""
    queue.put(item)
    if longest:
        dawdle(longest)
    empty = queue.empty()
    queue.get()
    return empty


def control(arm):
    """A SimpleQueue has no feeding thread: when put() has returned, the item is in the pipe. It has no full()."""
    queue = SimpleQueue()
    peer = put_elsewhere(arm, queue)
    arm.record(empty_without=queue.empty())
    peer.call("go_on")
    peer.call("put")
    arm.record(
        empty_with_item=queue.empty(),
        item=queue.get(),
        empty_after=queue.empty(),
        dawdling_item_missed=counted(missed(queue, Dawdling(), LONGEST) for _ in trials(TRIALS)),
    )


if __name__ == "__main__":
    main(experiment, control)
