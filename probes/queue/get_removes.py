"""One process gets the only item of a queue, so another finds none. What is read from shared memory stays there."""

import os
import sys
from multiprocessing import Array, Process, Queue

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import QUIET_TIME, TIMEOUT, blocking_calls, main


def getter(address, name, queue):
    def get(timeout):
        return queue.get(timeout=timeout)

    blocking_calls.serve(address, name, get=get)


def reader(address, name, memory):
    blocking_calls.serve(address, name, get=lambda _: memory.value.decode())


def read_twice(arm, target, source):
    for name in "first", "second":
        Process(target=target, args=(arm.address, name, source)).start()
    first, second = arm.expect("first"), arm.expect("second")
    arm.record(first=blocking_calls.call(first, "get", TIMEOUT), second=blocking_calls.call(second, "get", QUIET_TIME))


def experiment(arm):
    queue = Queue()
    queue.put("item")
    read_twice(arm, getter, queue)
    arm.record(left=not queue.empty())


def control(arm):
    memory = Array("c", b"item")
    read_twice(arm, reader, memory)
    arm.record(left=memory.value == b"item")


if __name__ == "__main__":
    main(experiment, control)
