"""One process changes a variable and an argument that another process also has. Does the other see the change?

The two take turns, so each reads after the other's change. The argument is a plain list, or one of the objects that
multiprocessing offers for sharing.
"""

import multiprocessing
import os
import sys
import threading

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, main

variable = [0]


def write(argument, number):
    variable[0] = number
    if hasattr(argument, "value"):
        argument.value = number
    else:
        (argument.buf if hasattr(argument, "buf") else argument)[0] = number


def read(argument):
    if hasattr(argument, "value"):
        return {"variable": variable[0], "argument": argument.value}
    return {"variable": variable[0], "argument": (argument.buf if hasattr(argument, "buf") else argument)[0]}


def other_side(pipe, argument):
    write(argument, 1)
    pipe.send("changed")
    if pipe.poll(TIMEOUT):
        pipe.recv()
        pipe.send(read(argument))


def take_turns(arm, kind, argument):
    """Let a process or thread write 1 to both, then write 2 here; each side reads after the other has written."""
    parents_end, others_end = multiprocessing.Pipe()
    variable[0] = 0
    other = kind(target=other_side, args=(others_end, argument))
    other.start()
    receive(parents_end)
    arm.record(**{f"{name}_seen_by_parent": number == 1 for name, number in read(argument).items()})
    write(argument, 2)
    parents_end.send("changed")
    arm.record(**{f"{name}_seen_by_other": number == 2 for name, number in receive(parents_end).items()})
    other.join()


def receive(pipe):
    if not pipe.poll(TIMEOUT):
        raise TimeoutError("the other side sent nothing")
    return pipe.recv()


# --8<-- [start:return-it]
def count(results):
    variable[0] += 1  # seen by this process only
    results.send(variable[0])


# --8<-- [end:return-it]
# --8<-- [start:shared-value]
def count_together(counter):
    with counter.get_lock():
        counter.value += 1


# --8<-- [end:shared-value]


def return_it(arm):
    variable[0] = 0
    # --8<-- [start:return-it]
    receiver, sender = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.Process(target=count, args=(sender,))
    process.start()
    variable[0] = receiver.recv()
    # --8<-- [end:return-it]
    process.join()
    receiver.close()
    sender.close()
    arm.record(variable_seen_by_parent=variable[0] == 1)


def shared_value(arm):
    try:
        # --8<-- [start:shared-value]
        counter = multiprocessing.Value("i", 0)
        process = multiprocessing.Process(target=count_together, args=(counter,))
        process.start()
        process.join()
        # --8<-- [end:shared-value]
    except (ImportError, OSError):  # the system has no semaphores
        arm.record(argument_seen_by_parent=False)
    else:
        arm.record(argument_seen_by_parent=counter.value == 1)


def in_a_process(arm):
    take_turns(arm, multiprocessing.Process, [0])


def in_a_thread(arm):
    take_turns(arm, threading.Thread, [0])


def value(arm):
    take_turns(arm, multiprocessing.Process, multiprocessing.Value("i", 0))


def array(arm):
    take_turns(arm, multiprocessing.Process, multiprocessing.Array("i", 1))


def block_of_memory(arm):
    from multiprocessing.shared_memory import SharedMemory  # here, because not every system has it

    block = SharedMemory(create=True, size=1)
    try:
        take_turns(arm, multiprocessing.Process, block)
    finally:
        block.close()
        block.unlink()


def managers_list(arm):
    with multiprocessing.Manager() as manager:
        take_turns(arm, multiprocessing.Process, manager.list([0]))


if __name__ == "__main__":
    main(in_a_process, in_a_thread, value, array, block_of_memory, managers_list, return_it, shared_value)
