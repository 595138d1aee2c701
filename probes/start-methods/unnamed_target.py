"""The target of a child is a function without a name in its module: a lambda, or a function defined inside another.

Each attempt is a separate program: on Windows a start() that raises an error leaves a child without work behind, which
may take, while it starts, the data that are sent to the next child.
"""

import os
import sys
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main, stay


def at_top_level(address):
    stay(address, "child")


def make_local():
    def local(address):
        stay(address, "child")

    return local


TARGETS = {
    "a lambda": lambda address: stay(address, "child"),
    "a local function": make_local(),
    "a module's function": at_top_level,
}


def a_lambda(arm):
    attempt(arm, "a lambda")


def a_local_function(arm):
    attempt(arm, "a local function")


def a_module_function(arm):
    attempt(arm, "a module's function")


def attempt(arm, kind):
    arm.launch(program, kind)
    parent = arm.expect("program")
    arm.record(**parent.details)
    if parent.details["error"] == "none":
        child = arm.expect("child")
        arm.record(ran_in="another process" if child.pid != parent.pid else "the same")
        child.leave()
    parent.leave()
    parent.wait_end()


def program(address, kind):
    process = Process(target=TARGETS[kind], args=(address,))
    error, text = "none", ""
    try:
        process.start()
    except Exception as raised:
        error, text = type(raised).__name__, str(raised)
    check_in(address, "program", error=error, text=text).serve()


if __name__ == "__main__":
    main(a_lambda, a_local_function, a_module_function)
