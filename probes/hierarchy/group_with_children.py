"""The process groups of a child and a grandchild, and those after the child has left its group."""

import os
import sys
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main, stay


def child(address, leaves):
    if leaves:
        os.setsid()
    Process(target=stay, args=(address, "grandchild")).start()
    check_in(address, "child").serve()


def groups(arm, leaves):
    Process(target=child, args=(arm.address, leaves)).start()
    peers = [arm.expect("child"), arm.expect("grandchild")]
    leaders = {os.getpgrp(): "the probe's", peers[0].pid: "the child's own"}
    for peer in peers:
        arm.record(**{f"{peer.name}s_group": leaders.get(os.getpgid(peer.pid), "another")})
    for peer in reversed(peers):  # the exit of the child waits for its own child
        peer.leave()


def experiment(arm):
    groups(arm, leaves=False)


def control(arm):
    groups(arm, leaves=True)


if __name__ == "__main__":
    main(experiment, control)
