"""An object that holds a Process object is sent to another process.

A Process object can be pickled while a child is started, until it has been started itself.
"""

import os
import subprocess
import sys
from multiprocessing import Pipe, Pool, Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, check_in, main, outcome_of, report_outcome, symptoms


def do_work(*arguments):
    """Stands for the work of a child."""
    stay(*arguments)


def helper():
    pass


def stay(address):
    check_in(address, "helper").serve()


class Job:
    """A class whose methods are tasks, and which also controls a process."""

    def __init__(self, process=None):
        self.process = process
        self.number = 3

    def square(self):
        return self.number**2

    def run(self, address):
        check_in(address, "child", square=self.square()).close()


# --8<-- [start:leave-it-out]
# --8<-- [start:leave-it-out-of-arguments]
class PicklableJob(Job):
    def __getstate__(self):
        return {**self.__dict__, "process": None}  # the copy does not control the process


# --8<-- [end:leave-it-out-of-arguments]
# --8<-- [end:leave-it-out]


# In a task or a message


def held_in_a_task(arm):
    with Pool(1) as pool:
        outcome(arm, lambda: pool.apply(Job(Process(target=helper)).square))


def sent_through_a_pipe(arm):
    _reader, writer = Pipe(duplex=False)
    outcome(arm, lambda: writer.send(Process(target=helper)))


def job_without_a_process(arm):
    with Pool(1) as pool:
        outcome(arm, lambda: pool.apply(Job().square))


def task_without_it(arm):
    with Pool(1) as pool:
        # --8<-- [start:leave-it-out]
        job = PicklableJob(Process(target=helper))
        result = pool.apply(job.square)
        # --8<-- [end:leave-it-out]
        outcome(arm, lambda: result)


def outcome(arm, action):
    """Record what the action returns or raises."""
    try:
        arm.record(error="none", result=action())
    except TypeError as error:
        arm.record(error=type(error).__name__)
        arm.symptom(**symptoms.raised(error, "parent"))


# As an argument


def started_before(arm):
    start_child(arm, "started")


def not_started(arm):
    start_child(arm, "not started")


def left_out(arm):
    start_child(arm, "left out")


def start_child(arm, way):
    launched = arm.launch(program, way, stderr=subprocess.PIPE, text=True)
    parent = arm.expect("program")
    exit_code = parent.details["result"]
    arm.record(error=outcome_of(arm, parent), exit_code=exit_code)
    if exit_code == 0:
        arm.record(child_has=arm.expect("child").details["square"])
    if way != "not started":
        arm.expect("helper").leave()
    parent.leave()
    parent.wait_end()
    _, stderr = launched.communicate(timeout=TIMEOUT)
    if exit_code == 1:
        arm.symptom(**symptoms.printed(stderr, "child"))


def program(address, way):
    report_outcome(address, "program", WAYS[way], address)


def start_with_started(address):
    job = Job(Process(target=stay, args=(address,)))
    job.process.start()
    return start(job, address)


def start_with_not_started(address):
    return start(Job(Process(target=helper)), address)


def start_with_left_out(address):
    # --8<-- [start:leave-it-out-of-arguments]
    job = PicklableJob(Process(target=do_work, args=(address,)))
    job.process.start()
    child = Process(target=job.run, args=(address,))
    child.start()
    # --8<-- [end:leave-it-out-of-arguments]
    child.join()
    return child.exitcode


def start(job, address):
    child = Process(target=job.run, args=(address,))
    child.start()
    child.join()
    return child.exitcode


WAYS = {
    "started": start_with_started,
    "not started": start_with_not_started,
    "left out": start_with_left_out,
}


if __name__ == "__main__":
    main(
        held_in_a_task,
        sent_through_a_pipe,
        job_without_a_process,
        task_without_it,
        started_before,
        not_started,
        left_out,
    )
