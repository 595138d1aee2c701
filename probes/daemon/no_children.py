"""A daemonic process may not start children of its own; a plain one may."""

import os
import sys
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import PeerError, check_in, main, stay


def child(address):
    def start_a_child():
        grandchild = Process(target=stay, args=(address, "grandchild"))
        grandchild.start()

    check_in(address, "child").serve(start_a_child=start_a_child)


def a_grandchild_of(arm, daemon):
    Process(target=child, args=(arm.address,), daemon=daemon).start()
    try:
        arm.expect("child").call("start_a_child")
    except PeerError as refusal:
        arm.record(child_started=False, error=refusal.kind)
    else:
        arm.record(child_started=arm.expect("grandchild").answers(), error="none")


def experiment(arm):
    a_grandchild_of(arm, daemon=True)


def control(arm):
    a_grandchild_of(arm, daemon=False)


if __name__ == "__main__":
    main(experiment, control)
