"""A program is run with -u, so that its output is shown at once: is its child's output shown at once too?

The probe looks for a line of the child while the child still runs and has not flushed its buffer.
"""

import os
import sys
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, entry_command, main


def report(address, name, **facts):
    """Stands for the work of a child: what it has is seen by the probe."""
    check_in(address, name, **facts).serve()


def child(address):
    print("a line")
    check_in(address, "child").serve()


# --8<-- [start:flush]
def work(address):
    print("a line", flush=True)
    report(address, "child")  # the child's work


# --8<-- [end:flush]


def main_code(address, kind):
    if kind == "flush":
        # --8<-- [start:flush]
        process = Process(target=work, args=(address,))
        process.start()
        # --8<-- [end:flush]
    elif kind == "set the variable":
        # --8<-- [start:set-the-variable]
        os.environ["PYTHONUNBUFFERED"] = "1"  # before the first child
        process = Process(target=child, args=(address,))
        process.start()
        # --8<-- [end:set-the-variable]
    else:
        process = Process(target=child, args=(address,))
        process.start()
    process.join()


def print_in_a_child(arm, option=None, variable=None, kind="print"):
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    if variable is not None:
        environment["PYTHONUNBUFFERED"] = variable
    method = [] if arm.method is None else ["--start-method", arm.method]
    words = [*entry_command(main_code, arm.address, kind), *method]
    path = os.path.join(arm.folder(), "screen")
    with open(path, "wb") as screen:
        program = arm.start_script(*([option] if option else []), *words, stdout=screen, env=environment)
    peer = arm.expect("child")
    arm.record(while_child_runs=shown(path))
    if option and kind == "print" and shown(path) == "not yet":
        arm.symptom("silence", "child", text="what a child prints is not shown while it runs")
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


def flush(arm):
    print_in_a_child(arm, option="-u", kind="flush")


def set_the_variable(arm):
    print_in_a_child(arm, option="-u", kind="set the variable")


if __name__ == "__main__":
    main(experiment, no_option, by_the_environment, flush, set_the_variable)
