"""start() runs the run() of a subclass in another process. There run() finds what the subclass's own __init__ stored on
the object. The args of Process are for the target only: the run() of a subclass does not get them.
"""

import os
import sys
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, check_in, main


class Named(Process):
    """As in the document, stores its argument as ``name``, which is also the name of the process."""

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
    """Passes its arguments to Process only."""

    def run(self, *arguments):
        check_in(self.address, "child", received=list(arguments))


def record_child(arm, timeout=TIMEOUT):
    try:
        peer = arm.expect("child", timeout)
    except TimeoutError:
        arm.record(ran_in="no process", received=None)
    else:
        arm.record(ran_in="the parent" if peer.pid == os.getpid() else "another process", **peer.details)


def through_init(arm):
    Worker(arm.address, "egon").start()
    record_child(arm)


def misnamed(arm):
    """The class has the task, but not under the name run."""
    child = Named(arm.address, "egon")
    child.start()
    child.join()
    record_child(arm, timeout=0.1)  # the child has ended: if it had checked in, that would be seen at once


def as_args(arm):
    child = Plain(args=("egon",))
    child.address = arm.address
    child.start()
    record_child(arm)


if __name__ == "__main__":
    main(through_init, misnamed, as_args)
