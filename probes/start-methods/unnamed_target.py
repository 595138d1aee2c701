"""The target of a child is a function without a name in its module: a lambda, or a function defined inside another.

Each attempt is a separate program: on Windows a start() that raises an error leaves a child without work behind, which
may take, while it starts, the data that are sent to the next child.

The remedies are a function at module level, alone and with its values in functools.partial().
"""

import os
import sys
from functools import partial
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main, stay, symptoms


def do_work(*arguments):
    """Stands for the work of a child."""
    stay(*arguments)


# --8<-- [start:module-level]
def work(address):  # at module level, where the child finds it by its name
    do_work(address, "child")


# --8<-- [end:module-level]
# --8<-- [start:partial]
def work_as(name, address):
    do_work(address, name)


# --8<-- [end:partial]


def make_local():
    def local(address):
        stay(address, "child")

    return local


TARGETS = {
    "a lambda": lambda address: stay(address, "child"),
    "a local function": make_local(),
}


def a_lambda(arm):
    attempt(arm, "a lambda")


def a_local_function(arm):
    attempt(arm, "a local function")


def module_level(arm):
    attempt(arm, "a module's function")


def with_partial(arm):
    attempt(arm, "a partial function")


def attempt(arm, kind):
    arm.launch(program, kind)
    parent = arm.expect("program")
    symptom = parent.details["symptom"]
    arm.record(error=symptom["type"] if symptom else "none")
    if symptom:
        arm.symptom(**symptom)
    else:
        child = arm.expect("child")
        arm.record(ran_in="another process" if child.pid != parent.pid else "the same")
        child.leave()
    parent.leave()
    parent.wait_end()


def program(address, kind):
    try:
        start(address, kind)
    except Exception as error:
        symptom = symptoms.raised(error, "parent")
    else:
        symptom = None
    check_in(address, "program", symptom=symptom).serve()


def start(address, kind):
    if kind == "a module's function":
        # --8<-- [start:module-level]
        process = Process(target=work, args=(address,))
        process.start()
        # --8<-- [end:module-level]
    elif kind == "a partial function":
        # --8<-- [start:partial]
        process = Process(target=partial(work_as, "child"), args=(address,))
        process.start()
        # --8<-- [end:partial]
    else:
        Process(target=TARGETS[kind], args=(address,)).start()


if __name__ == "__main__":
    main(a_lambda, a_local_function, module_level, with_partial)
