"""An object that is passed to a child holds something that belongs to its process: a thread's lock, a generator, an
open file.

The control passes plain values. The remedies leave that part out of the pickle, or let the child make it.
"""

import os
import sys
import threading
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main, outcome_of, report_outcome


class Job:
    """A job with a name, and with one more part that cannot be sent."""

    def __init__(self, part):
        self.name = "job"
        self.part = part


# --8<-- [start:leave-it-out]
class Counter:
    def __init__(self):
        self.name = "job"
        self.lock = threading.Lock()

    def __getstate__(self):  # what is pickled: everything but the lock
        state = self.__dict__.copy()
        del state["lock"]
        return state

    def __setstate__(self, state):
        self.__dict__.update(state)
        self.lock = threading.Lock()


# --8<-- [end:leave-it-out]


def make_part(kind):
    if kind == "lock":
        return threading.Lock()
    if kind == "generator":
        return (number for number in range(3))
    if kind == "open file":
        return sys.stdout
    return None


def run_job(address, job):
    check_in(address, "child", job=job.name).serve()


# --8<-- [start:make-it-in-the-child]
def run_job_by_name(address, name):
    job = Job(threading.Lock())  # made where it is used
    job.name = name
    run_job(address, job)


# --8<-- [end:make-it-in-the-child]


def a_lock(arm):
    attempt(arm, "lock")


def a_generator(arm):
    attempt(arm, "generator")


def an_open_file(arm):
    attempt(arm, "open file")


def plain_values(arm):
    attempt(arm, "nothing")


def leave_it_out(arm):
    attempt(arm, "left out")


def make_it_in_the_child(arm):
    attempt(arm, "made in the child")


def attempt(arm, kind):
    arm.launch(program, kind)
    parent = arm.expect("program")
    error = outcome_of(arm, parent)
    arm.record(error=error)
    if error == "none":
        child = arm.expect("child")
        arm.record(child_has=child.details["job"])
        child.leave()
    parent.leave()
    parent.wait_end()


def program(address, kind):
    report_outcome(address, "program", start, kind, address)


def start(kind, address):
    if kind == "left out":
        # --8<-- [start:leave-it-out]
        Process(target=run_job, args=(address, Counter())).start()
        # --8<-- [end:leave-it-out]
    elif kind == "made in the child":
        # --8<-- [start:make-it-in-the-child]
        Process(target=run_job_by_name, args=(address, "job")).start()
        # --8<-- [end:make-it-in-the-child]
    else:
        Process(target=run_job, args=(address, Job(make_part(kind)))).start()


if __name__ == "__main__":
    main(a_lock, a_generator, an_open_file, plain_values, leave_it_out, make_it_in_the_child)
