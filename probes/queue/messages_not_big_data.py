"""A process puts an item and has nothing else to do. If the item is big, the process cannot end until it is read."""

import os
import sys
from multiprocessing import Process, Queue

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import QUIET_TIME, TIMEOUT, check_in, hangs, main

BIG = 1 << 20
SMALL = 100


def putter(address, name, queue, size):
    line = check_in(address, name)
    queue.put(bytes(size))
    line.send("has put")


def put_unread(arm, name, size):
    """Start a process that puts an item of this size and whose code then ends; returns the queue and the process."""
    queue = Queue()
    process = Process(target=putter, args=(arm.address, name, queue, size))
    process.start()
    arm.record(**{f"{name}_says": arm.expect(name).receive()})
    return queue, process


def state_after_join(process, timeout=TIMEOUT):
    process.join(timeout)
    return "lives" if process.exitcode is None else "ended"


def experiment(arm):
    queue, process = put_unread(arm, "putter", BIG)
    # In the meantime a process that began later reaches its end.
    _, later = put_unread(arm, "later", SMALL)
    arm.record(later=state_after_join(later), unread=state_after_join(process, QUIET_TIME))
    # If the process had ended, the rest of the item would never be written.
    arm.record(read=len(queue.get()) if arm.facts["unread"] == "lives" else None)
    arm.event("probe", "reads", os.getpid())
    arm.record(once_read=state_after_join(process))
    if arm.facts["unread"] == "lives":
        record_stack_of_join(arm)


def read_before_join(arm):
    queue = Queue()
    process = Process(target=putter, args=(arm.address, "putter", queue, BIG))
    process.start()
    # --8<-- [start:read-before-join]
    item = queue.get()  # first read everything that the process has put
    process.join()
    # --8<-- [end:read-before-join]
    arm.record(read=len(item), state="ended" if process.exitcode == 0 else "lives")


def joining_program(address):
    queue = Queue()
    process = Process(target=putter, args=(address, "putter of a program", queue, BIG))
    process.start()

    def read():  # in another thread, so that the process can end
        queue.get()

    hangs.call(address, "joining program", process.join, actions={"read": read})


def record_stack_of_join(arm):
    """Record where a program waits that joins the process before it reads the item."""
    arm.launch(joining_program)
    parent = arm.expect("joining program")
    arm.expect("putter of a program").receive()
    hangs.outcome(arm, parent)
    parent.call("read")
    hangs.outcome(arm, parent, where=None, longest_wait=TIMEOUT)
    parent.leave()
    parent.wait_end()


def control(arm):
    queue, process = put_unread(arm, "putter", SMALL)
    arm.record(unread=state_after_join(process), read=len(queue.get(timeout=TIMEOUT)))


if __name__ == "__main__":
    main(experiment, control, read_before_join)
