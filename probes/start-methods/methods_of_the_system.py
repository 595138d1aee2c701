"""A program asks for the contexts of fork and forkserver, which Windows does not have, and for misspelled ones."""

import multiprocessing
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import error_of, main


def posix_start_methods(arm):
    arm.record(
        fork=error_of(arm, lambda: multiprocessing.get_context("fork")),
        forkserver=error_of(arm, lambda: multiprocessing.get_context("forkserver")),
    )


def unknown_start_methods(arm):
    arm.record(
        fork=error_of(arm, lambda: multiprocessing.get_context("Fork")),
        forkserver=error_of(arm, lambda: multiprocessing.get_context("fork-server")),
    )


def what_the_system_has(arm):
    # --8<-- [start:what-the-system-has]
    methods = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("fork" if "fork" in methods else "spawn")
    # --8<-- [end:what-the-system-has]
    arm.record(has_a_context=context.get_start_method() in methods)


if __name__ == "__main__":
    main(posix_start_methods, unknown_start_methods, what_the_system_has)
