"""The program drops its last reference to a lock after start() and before the child has opened the lock.

A child that is not a copy opens the lock by its name while it reads its arguments. Here it first reads an argument that
holds it until the program has dropped the lock, as slow imports of a large argument would.
"""

import os
import subprocess
import sys
from multiprocessing import Event, Lock, Process, Queue

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, check_in, main, symptoms


class Settings:
    """An argument whose unpickling waits until the probe lets it go on."""

    def __init__(self, address):
        self.address = address

    def __setstate__(self, state):
        check_in(state["address"], "child reads").serve()
        self.__dict__.update(state)


def work(_settings, _primitive, address):
    check_in(address, "child").serve()


def lock_dropped(arm):
    run(arm, "lock")


def event_dropped(arm):
    run(arm, "event")


def queue_dropped(arm):
    run(arm, "queue")


def lock_kept(arm):
    run(arm, "kept")


def keep_a_reference(arm):
    run(arm, "kept")


def run(arm, way):
    launched = arm.launch(program, way, stderr=subprocess.PIPE)
    parent = arm.expect("program")  # start() has returned, and the primitive is dropped or kept
    child = None
    while child is None and parent.call("exit_code") is None:
        for name in ("child reads", "child"):
            try:
                peer = arm.expect(name, timeout=0.02)
            except TimeoutError:
                continue
            peer.leave()
            child = peer if name == "child" else child
    arm.record(child="works" if child else "failed", exit_code=parent.call("join"))
    parent.leave()
    parent.wait_end()
    errors = launched.communicate(timeout=TIMEOUT)[1].decode(errors="replace")
    if "Traceback" in errors:
        arm.symptom(**symptoms.printed(errors, "child"))


def program(address, way):
    primitive = {"lock": Lock, "event": Event, "queue": Queue}
    if way == "kept":
        process, kept = launch(Settings(address), address)
    else:
        process, kept = launch_and_drop(Settings(address), address, primitive[way]), None

    def exit_code():
        return process.exitcode

    def join():
        process.join()
        return process.exitcode

    check_in(address, "program").serve(exit_code=exit_code, join=join)
    del kept


def launch_and_drop(settings, address, make):
    primitive = make()
    process = Process(target=work, args=(settings, primitive, address))
    process.start()
    return process


# --8<-- [start:keep-a-reference]
def launch(settings, address):
    lock = Lock()
    process = Process(target=work, args=(settings, lock, address))
    process.start()
    return process, lock  # the caller keeps the lock until it has joined the process


# --8<-- [end:keep-a-reference]


if __name__ == "__main__":
    main(lock_dropped, event_dropped, queue_dropped, lock_kept, keep_a_reference)
