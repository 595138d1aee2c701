"""A program has a handler for a signal: what does that signal do to its child?

The child raises the signal in itself, which works on every system. If the signal has no handler, it ends the child.
"""

import os
import signal
import sys
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main

handled_in = []


def handle(*_):
    handled_in.append(os.getpid())


def child(address):
    def raise_signal():
        signal.raise_signal(signal.SIGTERM)
        return handled_in

    check_in(address, "child").serve(raise_signal=raise_signal)


# --8<-- [start:set-in-the-child]
def work(address):
    signal.signal(signal.SIGTERM, handle)  # in the child, as in the program
    child(address)  # the child's work


# --8<-- [end:set-in-the-child]


def signal_child(arm, program_handles=False, child_handles=False):
    before = signal.signal(signal.SIGTERM, handle if program_handles else signal.SIG_DFL)
    try:
        process = start_with_handler(arm.address) if child_handles else start(arm.address)
    finally:
        signal.signal(signal.SIGTERM, before)
    peer = arm.expect("child")
    try:
        handled = peer.call("raise_signal")
    except (EOFError, OSError):
        arm.record(child="ended", handled_in="none")
        if program_handles:
            arm.symptom("silence", "child", text="the signal ends the child, and the program's handler does not run")
    else:
        arm.record(child="lives", handled_in=", ".join(map(arm.name_of, handled)))
    peer.leave()
    process.join()
    arm.record(exit_code=process.exitcode)


def start(address):
    process = Process(target=child, args=(address,))
    process.start()
    return process


def start_with_handler(address):
    # --8<-- [start:set-in-the-child]
    process = Process(target=work, args=(address,))
    process.start()
    # --8<-- [end:set-in-the-child]
    return process


def experiment(arm):
    signal_child(arm, program_handles=True)


def nobody_handles(arm):
    signal_child(arm)


def child_handles(arm):
    signal_child(arm, child_handles=True)


if __name__ == "__main__":
    main(experiment, nobody_handles, child_handles)
