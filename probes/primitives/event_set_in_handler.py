"""A signal handler sets a multiprocessing.Event while the program's main thread waits for the same event."""

import os
import signal
import sys
import threading
from functools import partial
from multiprocessing import Event

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import QUIET_TIME, TIMEOUT, hangs, main


def set_while_waiting(arm):
    run(arm, "set")


def set_before_waiting(arm):
    arm.launch(program, "set before")
    record_outcome(arm, arm.expect("program"), TIMEOUT)


def set_in_a_thread(arm):
    run(arm, "thread")


def plain_flag(arm):
    run(arm, "flag")


def run(arm, way):
    arm.launch(program, way)
    parent = arm.expect("program")
    if way == "flag":
        parent.call("look")
    else:
        hangs.outcome(arm, parent, where=None)  # it waits for the event
    os.kill(parent.pid, signal.SIGUSR1)
    arm.event("program", "SIGUSR1", parent.pid)
    record_outcome(arm, parent, TIMEOUT if way != "set" else QUIET_TIME)


def record_outcome(arm, parent, longest_wait):
    arm.record(wait=hangs.outcome(arm, parent, longest_wait=longest_wait))
    parent.leave()
    parent.wait_end()


def program(address, way):
    stop = Event()
    ways = {"set": set_event, "set before": set_before, "thread": set_event_in_thread, "flag": set_flag}
    hangs.call(address, "program", ways[way](stop))


def set_event(stop):
    signal.signal(signal.SIGUSR1, lambda *_: stop.set())
    return stop.wait


def set_before(stop):
    signal.signal(signal.SIGUSR1, lambda *_: stop.set())
    signal.raise_signal(signal.SIGUSR1)
    return stop.wait


def set_event_in_thread(stop):
    # --8<-- [start:set-in-a-thread]
    def handler(_number, _frame):
        threading.Thread(target=stop.set).start()  # the main thread goes on waiting in the meantime

    signal.signal(signal.SIGUSR1, handler)
    # --8<-- [end:set-in-a-thread]
    return stop.wait


# --8<-- [start:plain-flag]
stopped = False


def handler(_number, _frame):
    global stopped
    stopped = True


def wait(stop):  # in the place of stop.wait()
    while not stopped and not stop.wait(timeout=0.1):
        pass
    return True


# --8<-- [end:plain-flag]


def set_flag(stop):
    # --8<-- [start:plain-flag]
    signal.signal(signal.SIGUSR1, handler)
    # --8<-- [end:plain-flag]
    return partial(wait, stop)


if __name__ == "__main__":
    main(set_while_waiting, set_before_waiting, set_in_a_thread, plain_flag)
