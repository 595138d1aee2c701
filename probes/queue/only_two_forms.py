"""In how many forms of communication does a number that a child sends reach its parent? A queue and a pipe are two.

The control uses plain objects, which the child changes only for itself.
"""

import os
import sys
from multiprocessing import Array, Manager, Pipe, Process, Queue, Value
from multiprocessing.connection import Client, Listener

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main, symptoms

try:
    from multiprocessing.shared_memory import SharedMemory
except ImportError:  # on systems without shared memory
    SharedMemory = None

NUMBER = 42

own_variable = None


def writer(address, forms):
    """Send the number in each of the forms; those that fail are returned with their errors."""

    def write():
        failed = {}
        for name, (send_by, channel) in forms.items():
            try:
                send_by(channel)
            except Exception as error:
                symptoms.raise_if_memory_is_short(error)
                failed[name] = f"{type(error).__name__}: {error}"
        return failed

    check_in(address, "writer").serve(write=write)


def put(queue):
    queue.put(NUMBER)


def send(connection):
    connection.send(NUMBER)


def set_value(value):
    value.value = NUMBER


def set_first(sequence):
    sequence[0] = NUMBER


def set_first_byte(name):
    block = SharedMemory(name)
    block.buf[0] = NUMBER
    block.close()


def connect_and_send(address):
    with Client(address) as connection:
        connection.send(NUMBER)


def set_own_variable(_):
    global own_variable
    own_variable = NUMBER


def send_all(arm, forms):
    """Let a child send the number in each form, and return the forms that failed, with their errors."""
    Process(target=writer, args=(arm.address, forms)).start()
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
            forms = {
                "queue": (put, queue),
                "pipe": (send, sender),
                "value": (set_value, value),
                "array": (set_first, array),
                "manager": (set_first, listed),
                "listener": (connect_and_send, listener.address),
            }
            if block:
                forms["shared_memory"] = (set_first_byte, block.name)
            failed = send_all(arm, forms)
            received = {
                "queue": lambda: queue.get(),
                "pipe": lambda: reader.recv(),
                "value": lambda: value.value,
                "array": lambda: array[0],
                "manager": lambda: listed[0],
                "listener": lambda: accept(listener),
                "shared_memory": lambda: block and block.buf[0],
            }
            arm.record(**{name: name not in failed and receive() == NUMBER for name, receive in received.items()})
    finally:
        if block:
            block.close()
            block.unlink()


def accept(listener):
    with listener.accept() as connection:
        return connection.recv()


def control(arm):
    plain = [None]
    send_all(arm, {"plain_list": (set_first, plain), "own_variable": (set_own_variable, None)})
    arm.record(plain_list=plain[0] == NUMBER, own_variable=own_variable == NUMBER)


if __name__ == "__main__":
    main(experiment, control)
