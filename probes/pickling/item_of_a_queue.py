"""An object that cannot be pickled is put into a queue that has room for one item, and then an ordinary item."""

import os
import pickle
import sys
from multiprocessing import Queue, SimpleQueue
from queue import Full

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import PIPES, TIMEOUT, main, printed_symptom, wait_program


def queue(arm):
    run(arm, put_into_queue)


def simple_queue(arm):
    run(arm, put_into_simple_queue)


def use_simple_queue(arm):
    run(arm, put_into_simple_queue)


def pickle_it_first(arm):
    run(arm, put_pickled)


def run(arm, function):
    end = wait_program(arm, arm.launch(function, **PIPES))
    put, got = end.lines
    arm.record(put=put, got=got, exit_code=end.exit_code)
    arm.record(printed="Traceback" if any("Traceback" in line for line in end.errors) else "nothing")
    printed_symptom(arm, end, "parent")


def attempt(action):
    try:
        action()
    except Exception as error:
        print(type(error).__name__)
    else:
        print("put")


def put_into_queue(_address):
    queue = Queue(1)
    attempt(lambda: queue.put(lambda: 7))
    try:
        queue.put("next item", timeout=TIMEOUT / 2)
    except Full:
        print("no room")
    else:
        print(queue.get(timeout=TIMEOUT))


def put_into_simple_queue(_address):
    # --8<-- [start:use-simple-queue]
    queue = SimpleQueue()
    # --8<-- [end:use-simple-queue]

    def put(item):
        # --8<-- [start:use-simple-queue]
        queue.put(item)  # raises the error here, because it pickles the item itself
        # --8<-- [end:use-simple-queue]

    attempt(lambda: put(lambda: 7))
    queue.put("next item")
    print(queue.get())


def put_pickled(_address):
    queue = Queue(1)

    def put(item):
        # --8<-- [start:pickle-it-first]
        queue.put(pickle.dumps(item))  # raises the error here; the receiver calls pickle.loads()
        # --8<-- [end:pickle-it-first]

    attempt(lambda: put(lambda: 7))
    put("next item")
    print(pickle.loads(queue.get(timeout=TIMEOUT)))


if __name__ == "__main__":
    main(queue, simple_queue, use_simple_queue, pickle_it_first)
