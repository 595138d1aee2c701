"""The target of a child is a function that its module knows only as the wrapper that a decorator put in its place.

functools.wraps() gives the wrapper the name of the function. Where the name leads to the wrapper, the wrapper can be
pickled; the function behind it, and a wrapper that is kept under another name, cannot.
"""

import functools
import os
import sys
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import main, outcome_of, report_outcome, stay


def do_work(*arguments):
    """Stands for the work of a child."""
    stay(*arguments)


# --8<-- [start:decorate-in-place]
def logged(function):
    @functools.wraps(function)  # gives the wrapper the name by which a child finds it
    def wrapper(*args):
        return function(*args)

    return wrapper


@logged
def work(address):
    do_work(address, "child")


# --8<-- [end:decorate-in-place]


def plain(address):
    stay(address, "child")


wrapped_elsewhere = logged(plain)  # its name says "plain", which is another function


# --8<-- [start:own-name]
def work_logged(address):  # a function with a name of its own calls the wrapper
    wrapped_elsewhere(address)


# --8<-- [end:own-name]


def function_behind_a_decorator(arm):
    attempt(arm, "function behind a decorator")


def wrapper_of_another_name(arm):
    attempt(arm, "wrapper of another name")


def function_without_a_decorator(arm):
    attempt(arm, "function without a decorator")


def decorate_in_place(arm):
    attempt(arm, "decorated in place")


def own_name(arm):
    attempt(arm, "function of its own name")


def attempt(arm, kind):
    arm.launch(program, kind)
    parent = arm.expect("program")
    error = outcome_of(arm, parent)
    arm.record(error=error)
    if error == "none":
        child = arm.expect("child")
        arm.record(ran_in="another process" if child.pid != parent.pid else "the same")
        child.leave()
    parent.leave()
    parent.wait_end()


def program(address, kind):
    report_outcome(address, "program", start, kind, address)


def start(kind, address):
    if kind == "function behind a decorator":
        Process(target=work.__wrapped__, args=(address,)).start()
    elif kind == "wrapper of another name":
        Process(target=wrapped_elsewhere, args=(address,)).start()
    elif kind == "function without a decorator":
        Process(target=plain, args=(address,)).start()
    elif kind == "decorated in place":
        # --8<-- [start:decorate-in-place]
        Process(target=work, args=(address,)).start()
        # --8<-- [end:decorate-in-place]
    else:
        # --8<-- [start:own-name]
        Process(target=work_logged, args=(address,)).start()
        # --8<-- [end:own-name]


if __name__ == "__main__":
    main(
        function_behind_a_decorator,
        wrapper_of_another_name,
        function_without_a_decorator,
        decorate_in_place,
        own_name,
    )
