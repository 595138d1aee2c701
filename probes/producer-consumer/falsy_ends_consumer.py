"""A consumer must stop at None, the end signal. Does it continue at other items that are false in a test?

The document's consumer tests whether the item is true. The control's consumer tests whether the item is None.
"""

import os
import sys
from multiprocessing import Process, Queue

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main

FALSY = [0, "", [], False]


def items_until_false(queue):
    while True:
        item = queue.get()
        if not item:
            return
        yield item


# --8<-- [start:compare-with-none]
def items_until_none(queue):
    while True:
        item = queue.get()
        if item is None:  # instead of: if not item
            return
        yield item


# --8<-- [end:compare-with-none]


def consumer(address, queues, items):
    line = check_in(address, "consumer")
    line.send([list(items(queue)) for queue in queues])


def consume(arm, items):
    """Let a consumer read one queue per false item, each with an item before and after it and the end signal."""
    queues = [Queue() for _ in FALSY]
    process = Process(target=consumer, args=(arm.address, queues, items))
    process.start()
    for number, item in enumerate(FALSY):
        for message in ("before", item, "after", None):
            queues[number].put(message)
    consumed = arm.expect("consumer").receive()
    process.join()
    arm.record(**{f"with_{type(item).__name__}": consumed[number] for number, item in enumerate(FALSY)})


def experiment(arm):
    consume(arm, items_until_false)


def compare_with_none(arm):
    consume(arm, items_until_none)


def control(arm):
    consume(arm, items_until_none)


if __name__ == "__main__":
    main(experiment, control, compare_with_none)
