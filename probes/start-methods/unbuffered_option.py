"""A program is run with -u, so that its output is shown at once: is its child's output shown at once too?

The probe looks for a line of the child while the child still runs and has not flushed its buffer.
"""

import os
import sys
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, entry_command, main


def child(address):
    print("a line")
    check_in(address, "child").serve()


def main_code(address):
    process = Process(target=child, args=(address,))
    process.start()
    process.join()


def print_in_a_child(arm, option=None, variable=None):
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    if variable is not None:
        environment["PYTHONUNBUFFERED"] = variable
    method = [] if arm.method is None else ["--start-method", arm.method]
    words = [*entry_command(main_code, arm.address), *method]
    path = os.path.join(arm.folder(), "screen")
    with open(path, "wb") as screen:
        program = arm.start_script(*([option] if option else []), *words, stdout=screen, env=environment)
    peer = arm.expect("child")
    arm.record(while_child_runs=shown(path))
    peer.leave()
    program.wait()
    arm.record(after_its_end=shown(path))


def shown(path):
    with open(path, encoding="utf-8") as file:
        return "shown" if "a line" in file.read() else "not yet"


def experiment(arm):
    print_in_a_child(arm, option="-u")


def no_option(arm):
    print_in_a_child(arm)


def by_the_environment(arm):
    print_in_a_child(arm, variable="1")


if __name__ == "__main__":
    main(experiment, no_option, by_the_environment)
