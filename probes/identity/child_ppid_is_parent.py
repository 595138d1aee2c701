"""The parent of a child according to os.getppid(), the process table and parent_process(): the caller of start()?"""

import os
import sys
from multiprocessing import Process, parent_process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main


def child(address):
    def start():
        Process(target=grandchild, args=(address,)).start()

    check_in(address, "child").serve(start=start, ids=ids)


def grandchild(address):
    check_in(address, "grandchild").serve(ids=ids)


def ids():
    creator = parent_process()
    return [os.getppid(), creator and creator.pid]


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
    main(experiment, control)
