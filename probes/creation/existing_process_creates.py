"""No process makes itself: a new one's parent, at its birth, is a process that was there before it was called for.

Under forkserver that is the server, itself created before by the process that called for the first child.
"""

import os
import sys
import threading
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import main, stay, table


def identity(pid):
    """What tells a process from every other, also from one that had its pid before."""
    seen = table.look(pid)
    return seen and (pid, seen.started)


def experiment(arm):
    Process(target=stay, args=(arm.address, "first child")).start()
    first = arm.expect("first child")  # with it the fork server starts, if that is the method
    there = [identity(os.getpid()), identity(first.parent())]
    Process(target=stay, args=(arm.address, "child")).start()
    child = arm.expect("child")
    record(arm, child.pid, child.first_parent, there)


def control(arm):
    """All that goes with a start, but without the creating call: a target runs, and no process is new."""
    there, seen = [identity(os.getpid())], []
    worker = threading.Thread(target=lambda: seen.append(os.getpid()))
    worker.start()
    worker.join()
    record(arm, seen[0], table.look(seen[0]).parent, there)


def record(arm, pid, parent, there):
    """Whether this is a new process, and whether its parent is one of those that were there before."""
    arm.record(
        is_another_process=pid != os.getpid(),
        creator=arm.who(parent),
        creator_was_there_before=identity(parent) in there,
    )


if __name__ == "__main__":
    main(experiment, control)
