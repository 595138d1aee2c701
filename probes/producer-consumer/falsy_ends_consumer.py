"""A consumer is to stop at None, the end signal. It gets items that are not None, and that count as false: does it
go on? The document's consumer asks whether the item is true; the control's asks whether it is None.
"""

import os
import sys
from multiprocessing import Process, Queue

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main

FALSY = [0, "", [], False]


def is_false(item):
    return not item


def is_none(item):
    return item is None


def consumer(address, queues, is_the_end):
    line = check_in(address, "consumer")
    eaten = []
    for queue in queues:
        eaten.append([])
        while True:
            item = queue.get()
            if is_the_end(item):
                break
            eaten[-1].append(item)
    line.send(eaten)


def eat(arm, is_the_end):
    """One queue for each item that counts as false, with another item before it and after it, and the signal."""
    queues = [Queue() for _ in FALSY]
    process = Process(target=consumer, args=(arm.address, queues, is_the_end))
    process.start()
    for number, item in enumerate(FALSY):
        for each in ("before", item, "after", None):
            queues[number].put(each)
    eaten = arm.expect("consumer").hear()
    process.join()
    arm.record(**{f"with_{type(item).__name__}": eaten[number] for number, item in enumerate(FALSY)})


def experiment(arm):
    eat(arm, is_false)


def control(arm):
    eat(arm, is_none)


if __name__ == "__main__":
    main(experiment, control)
