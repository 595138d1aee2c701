"""Locks, queues and pools are made in a program whose /dev/shm is full, read-only, not writable for it, or absent.

Each arm runs a program that has a file system of its own there. In the control there is room in it. The remedies do the
same work without a semaphore, where the file system is full and where there is none.
"""

import errno
import os
import sys
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import Event, Lock, Manager, Pipe, Pool, Process, Queue, Value
from multiprocessing.pool import ThreadPool

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main, own_shm, symptoms

PAGES = 64
"""The room in the control, in memory pages; each semaphore takes one."""

MAKERS = {
    "lock": Lock,
    "event": Event,
    "queue": Queue,
    "value": lambda: Value("i"),
    "pool": lambda: Pool(1),
    "thread_pool": lambda: ThreadPool(1),
    "executor": lambda: ProcessPoolExecutor(1),
}


def full(arm):
    make_all(arm, "full")


def read_only(arm):
    make_all(arm, "read_only")


def denied(arm):
    make_all(arm, "denied")


def absent(arm):
    make_all(arm, "absent")


def with_room(arm):
    make_all(arm, "with_room", PAGES)


def make_all(arm, state, *args):
    made, found = call(arm, state, *args, action="try_all")
    for symptom in found:
        arm.symptom(**symptom)
    arm.record(**made)


def call(arm, state, *args, action):
    """Return what the action returns in a program whose /dev/shm is in this state."""
    arm.launch(program, state, args, action)
    peer = arm.expect("program")
    peer.leave()
    peer.wait_end()
    return peer.details["result"]


def program(address, state, args, action):
    getattr(own_shm, state)(*args)
    check_in(address, "program", result=globals()[action]()).serve()


def try_all():
    """Return the error number's name for each maker, or ``none``, and the symptoms."""
    made, found = {}, []
    for name, make in MAKERS.items():
        try:
            end(make())
            made[name] = "none"
        except OSError as error:
            made[name] = errno.errorcode[error.errno]
            found.append(symptoms.raised(error, "parent"))
    return made, found


def end(thing):
    if hasattr(thing, "terminate"):
        thing.terminate()
        thing.join()
    elif hasattr(thing, "shutdown"):
        thing.shutdown()


def pipe_and_process(arm):
    remedy(arm, "square_in_child")


def threads(arm):
    remedy(arm, "square_in_threads")


def manager(arm):
    remedy(arm, "square_with_manager")


def remedy(arm, action):
    arm.record(full=call(arm, "full", action=action), absent=call(arm, "absent", action=action))


# --8<-- [start:pipe-and-process]
def send_square(connection, number):
    connection.send(number**2)
    connection.close()


# --8<-- [end:pipe-and-process]


def square_in_child():
    # --8<-- [start:pipe-and-process]
    receiver, sender = Pipe(duplex=False)
    process = Process(target=send_square, args=(sender, 3))
    process.start()
    sender.close()  # so that recv() raises EOFError if the child dies
    result = receiver.recv()
    process.join()
    # --8<-- [end:pipe-and-process]
    return result


def square(number):
    return number**2


def square_in_threads():
    # --8<-- [start:threads]
    with ThreadPoolExecutor(2) as executor:
        results = list(executor.map(square, [2, 3]))
    # --8<-- [end:threads]
    return results[1]


# --8<-- [start:manager]
def put_square(queue, lock, number):
    with lock:
        queue.put(number**2)


# --8<-- [end:manager]


def square_with_manager():
    # --8<-- [start:manager]
    with Manager() as manager:
        queue, lock = manager.Queue(), manager.Lock()
        process = Process(target=put_square, args=(queue, lock, 3))
        process.start()
        process.join()
        result = queue.get()
    # --8<-- [end:manager]
    return result


if __name__ == "__main__":
    main(full, read_only, denied, absent, with_room, pipe_and_process, threads, manager)
