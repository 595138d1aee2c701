"""A process puts an item and has nothing else to do. While nobody reads a big one, the process cannot end."""

import os
import sys
from multiprocessing import Process, Queue

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main
from _kit.checkin import A_WHILE, PATIENCE

BIG = 1 << 20
SMALL = 100


def putter(address, name, queue, size):
    line = check_in(address, name)
    queue.put(bytes(size))
    line.send("has put")


def put_unread(arm, name, size):
    """A process that has put an item of that size, and whose code is at its end."""
    queue = Queue()
    process = Process(target=putter, args=(arm.address, name, queue, size))
    process.start()
    arm.record(**{f"{name}_says": arm.expect(name).hear()})
    return queue, process


def end_of(process, patience=PATIENCE):
    process.join(patience)
    return "lives" if process.exitcode is None else "ended"


def experiment(arm):
    queue, process = put_unread(arm, "putter", BIG)
    # Another one, which began later, goes all the way to its end meanwhile.
    _, later = put_unread(arm, "later", SMALL)
    arm.record(later=end_of(later), unread=end_of(process, A_WHILE))
    # Of a putter that has ended nobody would write the rest of the item.
    arm.record(read=len(queue.get()) if arm.facts["unread"] == "lives" else None)
    arm.event("probe", "reads", os.getpid())
    arm.record(once_read=end_of(process))


def control(arm):
    queue, process = put_unread(arm, "putter", SMALL)
    arm.record(unread=end_of(process), read=len(queue.get(timeout=PATIENCE)))


if __name__ == "__main__":
    main(experiment, control)
