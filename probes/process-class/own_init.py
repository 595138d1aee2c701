"""A subclass of Process has an __init__ that does not call that of Process, or calls it too late."""

import os
import sys
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, error_of, main


class WithoutInit(Process):
    """A subclass whose __init__ does not call that of Process."""

    def __init__(self, address):
        self.address = address

    def run(self):
        check_in(self.address, "child")


class LateInit(WithoutInit):
    """A subclass whose __init__ makes itself daemonic before it calls the __init__ of Process."""

    def __init__(self, address):
        self.daemon = True
        Process.__init__(self)
        self.address = address


class EarlyInit(WithoutInit):
    """A subclass whose __init__ first calls that of Process."""

    def __init__(self, address):
        Process.__init__(self)
        self.daemon = True
        self.address = address


def init_not_called(arm):
    process = WithoutInit(arm.address)
    start(arm, process)


def init_called_late(arm):
    made = []
    arm.record(made=error_of(arm, lambda: made.append(LateInit(arm.address))))
    for process in made:
        process.start()
        process.join()


def init_called_first(arm):
    made = []
    arm.record(made=error_of(arm, lambda: made.append(EarlyInit(arm.address))))
    for process in made:
        start(arm, process)


def start(arm, process):
    arm.record(start=error_of(arm, process.start))
    if arm.facts["start"] == "none":
        process.join()
        arm.record(exit_code=process.exitcode)


def report(address):
    """Stands for the work of a child: the probe sees that it was done."""
    check_in(address, "child")


# --8<-- [start:init-first]
class Worker(Process):
    def __init__(self, address):
        super().__init__()  # first of all
        self.address = address

    def run(self):
        report(self.address)  # the child's work


# --8<-- [end:init-first]


def init_first(arm):
    worker = Worker(arm.address)
    worker.start()
    arm.expect("child")
    worker.join()
    arm.record(exit_code=worker.exitcode)


if __name__ == "__main__":
    main(init_not_called, init_called_late, init_called_first, init_first)
