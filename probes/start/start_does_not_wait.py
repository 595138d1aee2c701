"""When start() has returned, the child is still at work. When join() has returned, the child has ended."""

import os
import sys
import threading
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, check_in, main


def child(address, stays):
    line = check_in(address, "child")
    if stays:
        # If start() waited for the child, it would wait for ever: the child must leave even if nobody asks it to.
        threading.Thread(target=leave_after_timeout, daemon=True).start()
        line.serve()


def leave_after_timeout():
    threading.Event().wait(TIMEOUT / 2)
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
