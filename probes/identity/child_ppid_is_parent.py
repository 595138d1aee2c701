"""The parent of a child according to os.getppid(), the process table and parent_process(): the caller of start()?"""

import os
import sys
from multiprocessing import Process, parent_process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main


def report(address, name, **facts):
    """Stands for the work of a child: what it has is seen by the probe."""
    check_in(address, name, **facts).serve()


def child(address):
    def start():
        Process(target=grandchild, args=(address,)).start()

    check_in(address, "child").serve(start=start, ids=ids)


def grandchild(address):
    check_in(address, "grandchild").serve(ids=ids)


def ids():
    creator = parent_process()
    return [os.getppid(), creator and creator.pid]


# --8<-- [start:parent-process]
def work(address):
    from multiprocessing import parent_process

    parent = parent_process()  # None in the program itself
    report(address, "child", started_by=parent and parent.pid)  # the child's work


# --8<-- [end:parent-process]
# --8<-- [start:pass-the-pid]
def work_for(address, pid):
    report(address, "child", started_by=pid)  # the child's work


# --8<-- [end:pass-the-pid]


def parent_process_in_child(arm):
    address = arm.address
    # --8<-- [start:parent-process]
    process = Process(target=work, args=(address,))
    process.start()
    # --8<-- [end:parent-process]
    arm.record(started_by=arm.name_of(arm.expect("child").details["started_by"]))


def pass_the_pid(arm):
    address = arm.address
    # --8<-- [start:pass-the-pid]
    process = Process(target=work_for, args=(address, os.getpid()))
    process.start()
    # --8<-- [end:pass-the-pid]
    arm.record(started_by=arm.name_of(arm.expect("child").details["started_by"]))


def record_parents(arm, peer):
    ppid, creator = peer.call("ids")
    arm.record(ppid=arm.name_of(ppid), parent=arm.name_of(peer.parent()), parent_process=arm.name_of(creator))


def experiment(arm):
    Process(target=child, args=(arm.address,)).start()
    record_parents(arm, arm.expect("child"))


def control(arm):
    """Look at the child of another process: the grandchild."""
    Process(target=child, args=(arm.address,)).start()
    creator = arm.expect("child")
    creator.call("start")
    record_parents(arm, arm.expect("grandchild"))


if __name__ == "__main__":
    main(experiment, control, parent_process_in_child, pass_the_pid)
