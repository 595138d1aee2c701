"""A program configures logging under the main guard: where does a message of its child go?

If the child is a copy, the message goes to the program's file. A new interpreter has logging's defaults: it drops
messages below WARNING.
"""

import logging
import os
import sys
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main


def configure(path):
    logging.basicConfig(filename=path, level=logging.INFO, format="%(message)s")


def child(address, path):
    line = check_in(address, "child")
    if path is not None:
        configure(path)
    logging.getLogger("of the child").info("it works")
    line.serve()


def main_code(address, path, child_sets_up):
    if path is not None:
        configure(path)
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
