"""By how many ways that multiprocessing offers does a child's word come to its parent? A queue and a pipe are two.

Plain objects are the control: what a child writes there is its own.
"""

import os
import sys
from multiprocessing import Array, Manager, Pipe, Process, Queue, Value
from multiprocessing.connection import Client, Listener

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main

try:
    from multiprocessing.shared_memory import SharedMemory
except ImportError:  # where the system has none
    SharedMemory = None

WORD = 42

own_variable = None


def writer(address, ways):
    """Say the word by each of the ways, as far as they can be gone."""

    def write():
        failed = {}
        for name, (way, channel) in ways.items():
            try:
                way(channel)
            except Exception as error:
                failed[name] = f"{type(error).__name__}: {error}"
        return failed

    check_in(address, "writer").serve(write=write)


def put(queue):
    queue.put(WORD)


def send(connection):
    connection.send(WORD)


def set_value(value):
    value.value = WORD


def set_first(sequence):
    sequence[0] = WORD


def set_first_byte(name):
    block = SharedMemory(name)
    block.buf[0] = WORD
    block.close()


def connect_and_send(address):
    with Client(address) as connection:
        connection.send(WORD)


def set_own_variable(_):
    global own_variable
    own_variable = WORD


def bring(arm, ways):
    """Have a child go the ways, and return those on which it failed, with the errors."""
    Process(target=writer, args=(arm.address, ways)).start()
    failed = arm.expect("writer").call("write")
    arm.record(failed=sorted(failed), errors=failed)
    return failed


def experiment(arm):
    queue, value, array = Queue(), Value("i"), Array("i", 1)
    reader, sender = Pipe(duplex=False)
    block = SharedMemory(create=True, size=1) if SharedMemory else None
    try:
        with Manager() as manager, Listener() as listener:
            listed = manager.list([None])
            ways = {
                "queue": (put, queue),
                "pipe": (send, sender),
                "value": (set_value, value),
                "array": (set_first, array),
                "manager": (set_first, listed),
                "listener": (connect_and_send, listener.address),
            }
            if block:
                ways["shared_memory"] = (set_first_byte, block.name)
            failed = bring(arm, ways)
            came = {
                "queue": lambda: queue.get(),
                "pipe": lambda: reader.recv(),
                "value": lambda: value.value,
                "array": lambda: array[0],
                "manager": lambda: listed[0],
                "listener": lambda: accept(listener),
                "shared_memory": lambda: block and block.buf[0],
            }
            arm.record(**{name: name not in failed and read() == WORD for name, read in came.items()})
    finally:
        if block:
            block.close()
            block.unlink()


def accept(listener):
    with listener.accept() as connection:
        return connection.recv()


def control(arm):
    plain = [None]
    bring(arm, {"plain_list": (set_first, plain), "own_variable": (set_own_variable, None)})
    arm.record(plain_list=plain[0] == WORD, own_variable=own_variable == WORD)


if __name__ == "__main__":
    main(experiment, control)
