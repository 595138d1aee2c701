"""When start() has returned the child is still at work, and goes on by itself; join() returns when it has ended."""

import os
import sys
import threading
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main
from _kit.checkin import PATIENCE


def child(address, stays):
    line = check_in(address, "child")
    if stays:
        # A start() that waited would wait for ever: the child leaves in the end, told or not.
        threading.Thread(target=leave_in_the_end, daemon=True).start()
        line.serve()


def leave_in_the_end():
    threading.Event().wait(PATIENCE / 2)
    os._exit(1)


def go_on(arm, stays):
    process = Process(target=child, args=(arm.address,), kwargs={"stays": stays})
    process.start()
    if not stays:
        process.join()
    arm.event("parent", "goes on")
    peer = arm.expect("child")
    arm.record(child_works=peer.answers())
    peer.leave()


def experiment(arm):
    go_on(arm, stays=True)


def control(arm):
    go_on(arm, stays=False)


if __name__ == "__main__":
    main(experiment, control)
