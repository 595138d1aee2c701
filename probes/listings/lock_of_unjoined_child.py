"""A program passes a lock to a child and comes to the end of its code without calling join(). Does the child get it?

The child starts slowly: it receives its arguments when the exit of the main process has begun to join it. In the
control the code of the main process continues until the child has the lock, and holds the lock at first.
"""

import os
import re
import subprocess
import sys
from multiprocessing import Lock, Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import QUIET_TIME, TIMEOUT, check_in, main, symptoms

lock = None
"""A global of the main module until its end, as in the document's listing."""


class Slow:
    """An argument before the lock. If the arguments are sent, the child waits while it unpickles this one."""

    def __init__(self, address):
        self.address = address

    def __reduce__(self):
        return wait_for_the_probe, (self.address,)


def wait_for_the_probe(address):
    check_in(address, "child").serve()


def child(slow, lock, address):
    if slow is not None:  # a forked child: nothing was sent
        wait_for_the_probe(address)
    with lock:
        check_in(address, "child with the lock")


def main_code(address, ends, joins=False):
    global lock
    lock = Lock()
    if not ends:
        lock.acquire()
    process = Process(target=child, args=(Slow(address), lock, address))
    process.start()
    if joins:
        check_in(address, "main").close()
        # --8<-- [start:join-the-child]
        process.join()  # before the end of the program's code
        # --8<-- [end:join-the-child]
        return
    line = check_in(address, "main")
    line.report_joins(process)
    if not ends:
        line.serve(release=lock.release)


def begin(arm, ends, joins=False):
    program = arm.launch(main_code, ends, joins, stderr=subprocess.PIPE, universal_newlines=True)
    return program, arm.expect("main")


def gets_the_lock(arm, timeout):
    try:
        arm.expect("child with the lock", timeout)
    except TimeoutError:
        return False
    return True


def outcome(arm, slow):
    slow.leave()
    slow.wait_end()
    # The child has ended: if it had checked in, that would be seen at once.
    return "has the lock" if gets_the_lock(arm, timeout=0.1) else "failed"


def end(arm, program, main_process):
    main_process.leave()
    printed = program.communicate(timeout=TIMEOUT)[1]
    if "Traceback" in printed:
        arm.symptom(**symptoms.printed(printed, "child"))
    errors = re.findall(r"(?m)^(\w+Error)\b", printed)
    arm.record(errors=errors, main_exit_code=program.returncode)


def experiment(arm):
    program, main_process = begin(arm, ends=True)
    try:
        slow = arm.expect("child")
    except TimeoutError:  # the child has ended before it could check in
        slow = None
    main_process.wait_join()
    arm.record(child="failed" if slow is None else outcome(arm, slow))
    end(arm, program, main_process)


def join_the_child(arm):
    program, main_process = begin(arm, ends=True, joins=True)
    arm.record(child=outcome(arm, arm.expect("child")))
    end(arm, program, main_process)


def control(arm):
    program, main_process = begin(arm, ends=False)
    slow = arm.expect("child")
    slow.leave()
    arm.record(child="has the lock" if gets_the_lock(arm, QUIET_TIME) else "waits")
    main_process.call("release")
    arm.record(once_released=outcome(arm, slow))
    end(arm, program, main_process)


if __name__ == "__main__":
    main(experiment, control, join_the_child)
