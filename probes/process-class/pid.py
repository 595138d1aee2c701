"""The pid of a Process object before start(), while the child runs, and after its end, and the child's own pid."""

import os
import sys
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import main, stay


def experiment(arm):
    process = Process(target=stay, args=(arm.address, "child"))
    arm.record(before_start=process.pid)
    process.start()
    peer = arm.expect("child")
    arm.record(pid=process.pid, childs_own=peer.pid)
    peer.leave()
    peer.wait_end()
    process.join()
    arm.record(after_end=process.pid)


def control(arm):
    """Compare it with pids that it must differ from: the parent's and another child's."""
    one = Process(target=stay, args=(arm.address, "child"))
    one.start()
    Process(target=stay, args=(arm.address, "other child")).start()
    arm.expect("child")
    arm.record(pid=one.pid, parents_own=os.getpid(), other_childs_own=arm.expect("other child").pid)


if __name__ == "__main__":
    main(experiment, control)
