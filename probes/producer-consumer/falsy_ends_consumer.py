"""A consumer must stop at None, the end signal. Does it continue at other items that are false in a test?

The document's consumer tests whether the item is true. The control's consumer tests whether the item is None.
"""

import os
import sys
from multiprocessing import Process, Queue

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main

FALSY = [0, "", [], False]


def is_false(item):
    return not item


# --8<-- [start:compare-with-none]
def is_none(item):
    return item is None  # not: not item


# --8<-- [end:compare-with-none]


def consumer(address, queues, is_the_end):
    line = check_in(address, "consumer")
    consumed = []
    for queue in queues:
        consumed.append([])
        while True:
            item = queue.get()
            if is_the_end(item):
                break
            consumed[-1].append(item)
    line.send(consumed)


def consume(arm, is_the_end):
    """Let a consumer read one queue per false item, each with an item before and after it and the end signal."""
    queues = [Queue() for _ in FALSY]
    process = Process(target=consumer, args=(arm.address, queues, is_the_end))
    process.start()
    for number, item in enumerate(FALSY):
        for message in ("before", item, "after", None):
            queues[number].put(message)
    consumed = arm.expect("consumer").receive()
    process.join()
    arm.record(**{f"with_{type(item).__name__}": consumed[number] for number, item in enumerate(FALSY)})


def experiment(arm):
    consume(arm, is_false)


def compare_with_none(arm):
    consume(arm, is_none)


def control(arm):
    consume(arm, is_none)


if __name__ == "__main__":
    main(experiment, control, compare_with_none)
