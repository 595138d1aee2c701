"""A program makes a lock and ends by os._exit(). Its resource tracker then removes the semaphore of the lock."""

import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, check_in, main, symptoms


def program(address, way):
    from multiprocessing import Lock

    lock = Lock()
    check_in(address, "program", semaphore=lock._semlock.name).serve()
    if way == "os._exit":
        os._exit(0)
    if way == "sys.exit":
        # --8<-- [start:sys-exit]
        sys.exit(0)  # and not os._exit(0)
        # --8<-- [end:sys-exit]


def leave_semaphore(arm, way):
    launched = arm.launch(program, way, stderr=subprocess.PIPE)
    peer = arm.expect("program")
    name = peer.details["semaphore"]
    arm.record(while_program_lives=state_of(name))
    peer.leave()
    # The tracker holds the program's error stream open: when the stream ends, the tracker has ended.
    errors = launched.communicate(timeout=TIMEOUT)[1].decode()
    arm.record(afterwards=state_of(name), warned="leaked semaphore" in errors)
    if arm.facts["warned"]:
        arm.symptom(**symptoms.printed_warning(errors, "parent"))


def state_of(name):
    """Return ``no name``, ``there`` or ``gone``. It opens the semaphore as a spawned child does."""
    from _multiprocessing import SemLock

    if name is None:
        return "no name"
    try:
        SemLock._rebuild(0, 0, 1, name)
    except FileNotFoundError:
        return "gone"
    return "there"


def os_exit(arm):
    leave_semaphore(arm, "os._exit")


def returns(arm):
    leave_semaphore(arm, "return")


def sys_exit(arm):
    leave_semaphore(arm, "sys.exit")


if __name__ == "__main__":
    main(os_exit, returns, sys_exit)
