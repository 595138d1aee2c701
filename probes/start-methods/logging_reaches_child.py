"""A program sets logging up under its guard: where does a message of its child go?

To the program's file where the child is a copy. A fresh child has logging as it comes: it drops what is no warning.
"""

import logging
import os
import sys
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main


def set_up(path):
    logging.basicConfig(filename=path, level=logging.INFO, format="%(message)s")


def child(address, path):
    line = check_in(address, "child")
    if path is not None:
        set_up(path)
    logging.getLogger("of the child").info("it works")
    line.serve()


def main_code(address, path, child_sets_up):
    if path is not None:
        set_up(path)
        logging.getLogger("of the program").info("it begins")
    process = Process(target=child, args=(address, child_sets_up))
    process.start()
    process.join()


def log_of_a_program(arm, program_sets_up=False, child_sets_up=False):
    path = os.path.join(arm.folder(), "log")
    program = arm.launch(main_code, path if program_sets_up else None, path if child_sets_up else None)
    arm.expect("child").leave()
    program.wait()
    if os.path.exists(path):
        with open(path, encoding="utf-8") as file:
            arm.record(logged=file.read().splitlines())
    else:
        arm.record(logged=[])


def experiment(arm):
    log_of_a_program(arm, program_sets_up=True)


def child_sets_up(arm):
    log_of_a_program(arm, program_sets_up=True, child_sets_up=True)


def nobody_sets_up(arm):
    log_of_a_program(arm)


if __name__ == "__main__":
    main(experiment, child_sets_up, nobody_sets_up)
