"""One process gets the only item of a queue, so another finds none. What is read from shared memory stays there.

get() takes another path in multiprocessing for each of its forms, so each form gets an item of its own.
"""

import os
import sys
from multiprocessing import Array, Process, Queue
from multiprocessing.connection import wait

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import QUIET_TIME, TIMEOUT, blocking_calls, main

FORMS = "plain", "with timeout", "at once"


def getter(address, name, queue):
    def get(form):
        if form == "plain":
            return queue.get()
        if form == "with timeout":
            return queue.get(timeout=TIMEOUT)
        wait([queue._reader], TIMEOUT)  # until the item is in the pipe
        return queue.get_nowait()

    def look():
        return queue.get(timeout=QUIET_TIME)

    blocking_calls.serve(address, name, get=get, look=look)


def reader(address, name, memory):
    def read(form="plain"):
        return memory.value.decode()

    blocking_calls.serve(address, name, get=read, look=read)


def read_twice(arm, target, source, put=lambda: None):
    for name in "first", "second":
        Process(target=target, args=(arm.address, name, source)).start()
    first, second = arm.expect("first"), arm.expect("second")
    got, found = [], []
    for form in FORMS:
        put()
        got.append(blocking_calls.call(first, "get", form))
        found.append(blocking_calls.call(second, "look"))
    arm.record(first=got, second=found)


def experiment(arm):
    queue = Queue()
    read_twice(arm, getter, queue, put=lambda: queue.put("item"))
    arm.record(left=not queue.empty())


def control(arm):
    memory = Array("c", b"item")
    read_twice(arm, reader, memory)
    arm.record(left=memory.value == b"item")


if __name__ == "__main__":
    main(experiment, control)
