"""A program sets the start method a second time, or for the first time after another call has fixed it.

Each arm runs a separate program, in which the method has not been set yet.
"""

import multiprocessing
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main, symptoms


def set_before(arm):
    run(arm, "setting")


def asked_before(arm):
    run(arm, "asking")


def lock_before(arm):
    run(arm, "making a lock")


def set_before_and_forced(arm):
    run(arm, "setting", force=True)


def asked_before_allowing_none(arm):
    run(arm, "asking, allowing none")


def process_object_before(arm):
    run(arm, "making a process object")


def context(arm):
    arm.launch(program_with_context)
    peer = arm.expect("program")
    arm.record(**peer.details)
    peer.leave()


def run(arm, before, force=False):
    arm.launch(program, before, force)
    peer = arm.expect("program")
    symptom = peer.details.pop("symptom")
    if symptom:
        arm.symptom(**symptom)
    arm.record(**peer.details)
    peer.leave()


def program_with_context(address):
    methods = multiprocessing.get_all_start_methods()
    multiprocessing.set_start_method(methods[0])
    method = methods[-1]
    # --8<-- [start:context]
    context = multiprocessing.get_context(method)  # for one part of the program: "spawn", for example
    process = context.Process(target=print)
    # --8<-- [end:context]
    now = context.get_start_method()
    check_in(address, "program", kind=type(process).__name__, wanted=method, now=now).serve()


def program(address, before, force):
    methods = multiprocessing.get_all_start_methods()
    {
        "setting": lambda: multiprocessing.set_start_method(methods[0]),
        "asking": multiprocessing.get_start_method,
        "making a lock": multiprocessing.Lock,
        "asking, allowing none": lambda: multiprocessing.get_start_method(allow_none=True),
        "making a process object": multiprocessing.Process,
    }[before]()
    earlier = multiprocessing.get_start_method(allow_none=True)
    error, symptom = "none", None
    try:
        multiprocessing.set_start_method(methods[-1], force)
    except RuntimeError as raised:
        error = f"RuntimeError: {raised}"
        symptom = symptoms.raised(raised, "parent")
    now = multiprocessing.get_start_method()
    check_in(address, "program", error=error, symptom=symptom, earlier=earlier, wanted=methods[-1], now=now).serve()


if __name__ == "__main__":
    main(
        set_before,
        asked_before,
        lock_before,
        set_before_and_forced,
        asked_before_allowing_none,
        process_object_before,
        context,
    )
