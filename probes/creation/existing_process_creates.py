"""The parent of a new child is a process that existed before the child was requested.

Under forkserver the parent is the server, which was created when the first child was requested.
"""

import os
import sys
import threading
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import main, stay, table


def identity(pid):
    """Return a value that identifies a process even if its pid is used again."""
    seen = table.read(pid)
    return seen and (pid, seen.started)


def experiment(arm):
    Process(target=stay, args=(arm.address, "first child")).start()
    first = arm.expect("first child")  # under forkserver this also starts the server
    existing = [identity(os.getpid()), identity(first.parent())]
    Process(target=stay, args=(arm.address, "child")).start()
    child = arm.expect("child")
    record(arm, child.pid, child.first_parent, existing)


def control(arm):
    """A thread runs a target, and no process is created."""
    existing, pids = [identity(os.getpid())], []
    worker = threading.Thread(target=lambda: pids.append(os.getpid()))
    worker.start()
    worker.join()
    record(arm, pids[0], table.read(pids[0]).parent, existing)


def record(arm, pid, parent, existing):
    """Record whether this is a new process, and whether its parent is one of the existing processes."""
    arm.record(
        is_another_process=pid != os.getpid(),
        creator=arm.name_of(parent),
        creator_was_there_before=identity(parent) in existing,
    )


if __name__ == "__main__":
    main(experiment, control)
