"""A program asks for the contexts of fork and forkserver, which Windows does not have, and of what its system has."""

import multiprocessing
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import error_of, main


def fork_and_forkserver(arm):
    record_errors(arm, ["fork", "forkserver"])


def methods_of_the_system(arm):
    record_errors(arm, multiprocessing.get_all_start_methods())


def record_errors(arm, methods):
    arm.record(errors=sorted({error_of(arm, lambda name=name: multiprocessing.get_context(name)) for name in methods}))


def what_the_system_has(arm):
    # --8<-- [start:what-the-system-has]
    methods = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("fork" if "fork" in methods else "spawn")
    # --8<-- [end:what-the-system-has]
    arm.record(has_a_context=context.get_start_method() in methods)


if __name__ == "__main__":
    main(fork_and_forkserver, methods_of_the_system, what_the_system_has)
