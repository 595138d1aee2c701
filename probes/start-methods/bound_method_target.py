"""If a bound method is the target, its object goes to the child with it, and changes to the object stay in the child.

If start() may raise an error, it is called in a separate program: on Windows it leaves a child without work behind,
which may take, while it starts, the data that are sent to the next child.
"""

import os
import sys
import threading
from multiprocessing import Pipe, Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, check_in, main, symptoms


class Counter:
    def __init__(self, lock=None):
        self.count = 0
        self.lock = lock

    def increment(self, pipe):
        self.count += 1
        pipe.send([os.getpid(), self.count])


# --8<-- [start:send-it-back]
class ReturningCounter(Counter):
    def work(self, pipe):
        self.count += 1
        pipe.send(self)  # the child's copy of the object


# --8<-- [end:send-it-back]
# --8<-- [start:leave-it-out]
class PicklableCounter(Counter):
    def __getstate__(self):
        return {**self.__dict__, "lock": None}  # what cannot be pickled stays in the program


# --8<-- [end:leave-it-out]


def in_a_process(arm):
    arm.record(**perform(Process, Counter()))
    if arm.facts["parents_count"] == 0:
        arm.symptom("silence", "parent", text="what a method changes in its object in a child is not changed here")


def send_it_back(arm):
    # --8<-- [start:send-it-back]
    counter = ReturningCounter()
    reader, writer = Pipe(duplex=False)
    process = Process(target=counter.work, args=(writer,))
    process.start()
    counter = reader.recv()
    # --8<-- [end:send-it-back]
    process.join()
    reader.close()
    writer.close()
    arm.record(parents_count=counter.count)


def in_a_thread(arm):
    arm.record(**perform(threading.Thread, Counter()))


def perform(kind, counter):
    """Let a process or thread run the counter's method, and return the counts that both then have."""
    reader, writer = Pipe(duplex=False)
    worker = kind(target=counter.increment, args=(writer,))
    worker.start()
    if not reader.poll(TIMEOUT):
        raise TimeoutError("the method did not run")
    pid, workers_count = reader.recv()
    worker.join()
    return {
        "ran_in": "the same process" if pid == os.getpid() else "another",
        "workers_count": workers_count,
        "parents_count": counter.count,
    }


def holding_a_lock(arm):
    attempt(arm, "Counter", True)


def holding_none(arm):
    attempt(arm, "Counter", False)


def leave_it_out(arm):
    attempt(arm, "PicklableCounter", True)


def attempt(arm, kind, holds_a_lock):
    arm.launch(program, kind, holds_a_lock)
    peer = arm.expect("program")
    arm.record(ran_in=peer.details["ran_in"])
    if peer.details["symptom"]:
        arm.symptom(**peer.details["symptom"])
    peer.leave()
    peer.wait_end()


def program(address, kind, holds_a_lock):
    # A threading.Lock means nothing in another process and cannot be pickled.
    counter = globals()[kind](threading.Lock() if holds_a_lock else None)
    symptom = None
    try:
        outcome = perform(Process, counter)["ran_in"]
    except (TimeoutError, EOFError):
        raise
    except Exception as error:
        outcome, symptom = f"start() raised {type(error).__name__}", symptoms.raised(error, "parent")
    check_in(address, "program", ran_in=outcome, symptom=symptom).serve()


if __name__ == "__main__":
    main(in_a_process, in_a_thread, holding_a_lock, holding_none, send_it_back, leave_it_out)
