"""repr() of a Process object in each of its states, in the program that made it and in a child that received it."""

import os
import re
import sys
from multiprocessing import Process, current_process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, check_in, main


def stay(address, *processes):
    shown = [simplified(process) for process in processes]
    check_in(address, "child", shown=shown, itself=simplified(current_process())).serve()


def fail(_address):
    sys.exit(3)


def simplified(process):
    """Return the repr with words in the place of the pids, which are others in each run."""
    return re.sub(r"\b(pid|parent)=\d+", r"\1=N", repr(process))


def in_the_program(arm):
    process = Process(target=stay, name="worker", args=(arm.address,), daemon=True)
    shown = [simplified(process)]
    process.start()
    child = arm.expect("child")
    shown.append(simplified(process))
    process.terminate()
    process.join(TIMEOUT)
    shown.append(simplified(process))
    failed = Process(target=fail, name="other", args=(arm.address,))
    failed.start()
    failed.join()
    shown.append(simplified(failed))
    pids = "pid={} parent={} ".format(failed.pid, os.getpid()) in repr(failed)
    failed.close()
    shown.append(simplified(failed))
    child.leave()
    child.wait_end()
    arm.record(shown=shown, shows_pids=pids)


def in_another_process(arm):
    given = Process(target=fail, name="other", args=(arm.address,))
    process = Process(target=stay, name="worker", args=(arm.address, given))
    process.start()
    child = arm.expect("child")
    arm.record(shown=child.details["shown"], child_itself=child.details["itself"])
    child.leave()
    process.join()


if __name__ == "__main__":
    main(in_the_program, in_another_process)
