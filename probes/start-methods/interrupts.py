"""SIGINT, which Ctrl-C sends, is sent to a child, and to a program that runs the same code."""

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
    restore_default_handler()
    process = Process(target=work, args=(arm.address, ignores))
    process.start()
    interrupt(arm)
    if not ignores:
        process.join()
    arm.record(exit_code=process.exitcode)


def in_program(arm):
    restore_default_handler()
    program = arm.launch(work, False)
    interrupt(arm)
    arm.record(exit_code=program.wait())


def interrupt(arm):
    peer = arm.expect("worker")
    peer.answers()  # so that it waits for the next call, with its handlers set
    os.kill(peer.pid, signal.SIGINT)
    arm.event("worker", "signalled", peer.pid, "SIGINT")
    # The first message after the signal is either the exception's name, or the answer of a worker that ignores it.
    peer.begin("ping")
    message = peer.receive()
    arm.record(raised=message if message == "KeyboardInterrupt" else "none")


def work(address, ignores):
    sys.stderr = io.StringIO()  # hide the traceback of the KeyboardInterrupt
    line = check_in(address, "worker")
    try:
        if ignores:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
        line.serve()
    except KeyboardInterrupt:
        line.send("KeyboardInterrupt")
        raise


def restore_default_handler():
    """Set Python's handler for SIGINT: a probe in the background, and its children, may ignore the signal."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


if __name__ == "__main__":
    main(in_child_heeded, in_child_ignored, in_program)
