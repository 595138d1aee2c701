"""start() runs the run() of a subclass in another process. What the subclass got through its own __init__ and kept on
itself is there; the args of Process are for the target, and no run() of a subclass gets them.
"""

import os
import sys
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main
from _kit.checkin import PATIENCE


class Named(Process):
    """As in the document, it keeps its argument as ``name``, which is the name of the process too."""

    def __init__(self, address, name):
        super().__init__()
        self.address = address
        self.name = name

    def work(self):
        check_in(self.address, "child", received=[self.name])


class Worker(Named):
    def run(self):
        self.work()


class Plain(Process):
    """What it is made with goes to Process alone."""

    def run(self, *arguments):
        check_in(self.address, "child", received=list(arguments))


def what_ran(arm, patience=PATIENCE):
    try:
        peer = arm.expect("child", patience)
    except TimeoutError:
        arm.record(ran_in="no process", received=None)
    else:
        arm.record(ran_in="the parent" if peer.pid == os.getpid() else "another process", **peer.details)


def through_init(arm):
    Worker(arm.address, "egon").start()
    what_ran(arm)


def misnamed(arm):
    """The task is there, but not under the name of run."""
    child = Named(arm.address, "egon")
    child.start()
    child.join()
    what_ran(arm, patience=0.1)  # the child has ended: had it called, its call would be waiting


def as_args(arm):
    child = Plain(args=("egon",))
    child.address = arm.address
    child.start()
    what_ran(arm)


if __name__ == "__main__":
    main(through_init, misnamed, as_args)
