"""A program handles a signal with loop.add_signal_handler() of asyncio: what does the signal do in its child?

The child raises the signal in itself. Then the program raises another one: when its event loop has handled this, it has
also handled whatever came from the child before.
"""

import asyncio
import os
import signal
import sys
import threading
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, check_in, main

handled = []


def handle(*_):
    handled.append("SIGTERM")


def raise_signal():
    signal.raise_signal(signal.SIGTERM)
    return len(handled)


def child(address):
    check_in(address, "child").serve(raise_signal=raise_signal)


# --8<-- [start:default-in-child]
def work(address):
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # end this process, as terminate() is meant to
    signal.set_wakeup_fd(-1)  # do not wake the program's event loop
    child(address)  # the child's work


# --8<-- [end:default-in-child]
# --8<-- [start:own-handler-in-child]
def work_with_handler(address):
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGTERM, handle)
    child(address)  # the child's work


# --8<-- [end:own-handler-in-child]


def added_to_the_loop(arm):
    run(arm, "child")


def default_in_child(arm):
    run(arm, "work")


def own_handler_in_child(arm):
    run(arm, "work_with_handler")


def run(arm, target):
    arm.launch(program, target)
    parent, peer = arm.expect("program"), arm.expect("child")
    try:
        handled_in_child = peer.call("raise_signal")
    except (EOFError, OSError):
        arm.record(child="ended", handled_in_child=0)
    else:
        arm.record(child="lives", handled_in_child=handled_in_child)
        if not handled_in_child:
            arm.symptom("silence", "child", text="terminate() does not end the child")
    arm.record(handled_in_program=parent.call("handled"))
    peer.leave()
    parent.leave()


def program(address, target):
    asyncio.run(main_code(address, globals()[target]))


async def main_code(address, target):
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, handled.append, "SIGTERM")
    last = threading.Event()
    loop.add_signal_handler(signal.SIGUSR1, last.set)

    def count_handled():
        loop.call_soon_threadsafe(signal.raise_signal, signal.SIGUSR1)
        last.wait(TIMEOUT)
        return len(handled)

    process = Process(target=target, args=(address,))
    process.start()
    await asyncio.to_thread(check_in(address, "program").serve, handled=count_handled)
    process.join()


if __name__ == "__main__":
    main(added_to_the_loop, default_in_child, own_handler_in_child)
