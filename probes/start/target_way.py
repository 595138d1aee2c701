"""Process(target=f, args=..., kwargs=...) runs f with these arguments in another process; without a target, nothing
runs.
"""

import os
import sys
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, check_in, main


def task(address, *arguments, **named):
    check_in(address, "child", arguments=list(arguments), named=sorted(named.items()))


def record_child(arm, timeout):
    try:
        peer = arm.expect("child", timeout)
    except TimeoutError:
        arm.record(ran_in="no process", arguments=None, named=None)
    else:
        arm.record(ran_in="the parent" if peer.pid == os.getpid() else "another process", **peer.details)


def experiment(arm):
    Process(target=task, args=(arm.address, "egon", 18), kwargs={"mood": "fine"}).start()
    record_child(arm, TIMEOUT)


def control(arm):
    child = Process(args=(arm.address, "egon", 18), kwargs={"mood": "fine"})
    child.start()
    child.join()
    record_child(arm, timeout=0.1)  # the child has ended: if it had checked in, that would be seen at once


if __name__ == "__main__":
    main(experiment, control)
