"""Which start method does a program get that sets none, and is its child really created by that method?

The name of the method proves little, so the child is examined too: whether it has what the program made under the main
guard, and which process is its parent according to the system.
"""

import multiprocessing
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main

MADE = []


def child(address):
    check_in(address, "child", made=MADE).serve()


def main_code(address, method):
    if method is not None:
        multiprocessing.set_start_method(method)
    MADE.append("under the guard")
    # Before the program asks for the method: a program that only starts a child does not ask.
    multiprocessing.Process(target=child, args=(address,)).start()
    check_in(
        address,
        "program",
        method=multiprocessing.get_start_method(),
        first=multiprocessing.get_all_start_methods()[0],
    ).serve()


def child_of_a_program(arm, method):
    arm.launch(main_code, method)
    program, process = arm.expect("program"), arm.expect("child")
    arm.record(
        method=program.details["method"],
        first_of_all=program.details["first"],
        childs_memory="a copy of the program's" if process.details["made"] else "its own",
        childs_parent="program" if process.first_parent == program.pid else "another process",
    )
    process.leave()
    program.leave()


def experiment(arm):
    child_of_a_program(arm, None)


def control(arm):
    child_of_a_program(arm, "spawn")


if __name__ == "__main__":
    main(experiment, control)
