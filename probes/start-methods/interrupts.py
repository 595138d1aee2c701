"""SIGINT, which is what Ctrl-C sends, goes to a child, and to a program of the same code."""

import io
import os
import signal
import sys
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main


def in_child_heeded(arm):
    in_child(arm, ignores=False)


def in_child_ignored(arm):
    in_child(arm, ignores=True)


def in_child(arm, ignores):
    heed_interrupts()
    process = Process(target=work, args=(arm.address, ignores))
    process.start()
    interrupt(arm)
    if not ignores:
        process.join()
    arm.record(exit_code=process.exitcode)


def in_program(arm):
    heed_interrupts()
    program = arm.launch(work, False)
    interrupt(arm)
    arm.record(exit_code=program.wait())


def interrupt(arm):
    peer = arm.expect("worker")
    peer.answers()  # so that it waits for what it is told, with its handlers in place
    os.kill(peer.pid, signal.SIGINT)
    arm.event("worker", "signalled", peer.pid, "SIGINT")
    # It ignores the signal if it answers after it; and whether it does, either way, is the first that is heard.
    peer.begin("ping")
    said = peer.hear()
    arm.record(raised=said if said == "KeyboardInterrupt" else "none")


def work(address, ignores):
    sys.stderr = io.StringIO()  # what a KeyboardInterrupt prints is no part of the story
    line = check_in(address, "worker")
    try:
        if ignores:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
        line.serve()
    except KeyboardInterrupt:
        line.send("KeyboardInterrupt")
        raise


def heed_interrupts():
    """A probe that was started in the background may ignore the signal, and its children with it."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


if __name__ == "__main__":
    main(in_child_heeded, in_child_ignored, in_program)
