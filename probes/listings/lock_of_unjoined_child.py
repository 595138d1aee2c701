"""A program gives a child a lock and comes to the end of its code, without a join() of its own. Does the child get it?

The child is slow to begin: it comes to its arguments when the exit of the main process has come to join it. In the
control the code of the main process goes on until the child has the lock.
"""

import os
import re
import subprocess
import sys
from multiprocessing import Lock, Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main
from _kit.checkin import PATIENCE

lock = None
"""As in the document's listing the main module itself has it, to the end."""


class Slow:
    """An argument that stands before the lock: where arguments are sent, the child waits as it receives this one."""

    def __init__(self, address):
        self.address = address

    def __reduce__(self):
        return wait_for_the_probe, (self.address,)


def wait_for_the_probe(address):
    check_in(address, "child").serve()


def child(slow, lock, address):
    if slow is not None:  # nothing was sent, for the child was forked
        wait_for_the_probe(address)
    with lock:
        check_in(address, "child with the lock")


def main_code(address, ends):
    global lock
    lock = Lock()
    process = Process(target=child, args=(Slow(address), lock, address))
    process.start()
    line = check_in(address, "main")
    line.tell_joins(process)
    if not ends:
        line.serve()


def lock_for_a_slow_child(arm, ends):
    program = arm.launch(main_code, ends, stderr=subprocess.PIPE, universal_newlines=True)
    main_process = arm.expect("main")
    try:
        slow = arm.expect("child")
    except TimeoutError:  # it has ended before it came so far
        slow = None
    if ends:
        main_process.hear_join()
    if slow is not None:
        slow.leave()
    arm.record(child="has the lock" if slow is not None and gets_the_lock(arm, slow) else "failed")
    main_process.leave()
    errors = re.findall(r"(?m)^(\w+Error)\b", program.communicate(timeout=PATIENCE)[1])
    arm.record(errors=errors, main_exit_code=program.returncode)


def gets_the_lock(arm, slow):
    slow.wait_end()
    try:
        arm.expect("child with the lock", patience=0.1)  # it has ended: had it come so far, it would be waiting
    except TimeoutError:
        return False
    return True


def experiment(arm):
    lock_for_a_slow_child(arm, ends=True)


def control(arm):
    lock_for_a_slow_child(arm, ends=False)


if __name__ == "__main__":
    main(experiment, control)
