"""A program sets global variables under its main guard: what does its child find in them?

There are five kinds: a variable to which the top level gives another value, one that is None there, one that the top
level does not have, a dictionary that is filled later, and an attribute of a class. Each arm is a separate program,
whose exit code is that of its child.
"""

import os
import sys
from multiprocessing import Pool, Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import main, printed_symptom, run_program

mode = "the top level's"
options = None
registry = {}


class Settings:
    mode = "the top level's"


def print_changed():
    print(mode, flush=True)


def print_new():
    print(new_mode, flush=True)


def print_class_attribute(settings):
    print(settings.mode, flush=True)


def print_placeholder():
    print(options.mode, flush=True)


def print_filled():
    print(registry["mode"], flush=True)


# --8<-- [start:argument]
def work(mode):
    print("mode:", mode, flush=True)


# --8<-- [end:argument]
# --8<-- [start:initializer]
def set_up(value):  # runs first in each worker of the pool
    global mode
    mode = value


def task(number):
    return f"{number}: {mode}"


# --8<-- [end:initializer]


def changed(arm):
    run(arm, "changed")


def new(arm):
    run(arm, "new")


def class_attribute(arm):
    run(arm, "class attribute")


def placeholder(arm):
    run(arm, "placeholder")


def filled(arm):
    run(arm, "filled")


def changed_after_start(arm):
    """The child exists when the program changes the variable: no start method can pass the change on."""
    run(arm, "changed after start")


def argument(arm):
    run(arm, "argument")


def initializer(arm):
    run(arm, "initializer")


def run(arm, kind):
    end = run_program(arm, program, kind)
    shown = end.lines[-1].rpartition(": ")[2] if end.lines else "nothing"
    arm.record(child_finds=shown, exit_code=end.exit_code)
    if kind in ("new", "placeholder", "filled"):
        printed_symptom(arm, end)
    elif shown == "the top level's" and kind != "changed after start":
        arm.symptom("silence", "child", text="a variable has the value that the main file's top level gives it")


def program(address, kind):
    global mode, new_mode, options
    if kind == "changed after start":
        process = Process(target=print_changed)
        process.start()
        mode = "the program's"
    elif kind == "initializer":
        mode = "the program's"
        # --8<-- [start:initializer]
        with Pool(2, initializer=set_up, initargs=(mode,)) as pool:
            for line in pool.map(task, range(4)):
                print(line)
        # --8<-- [end:initializer]
        return
    elif kind == "argument":
        mode = "the program's"
        # --8<-- [start:argument]
        process = Process(target=work, args=(mode,))
        process.start()
        # --8<-- [end:argument]
    elif kind == "changed":
        mode = "the program's"
        process = Process(target=print_changed)
        process.start()
    elif kind == "new":
        new_mode = "the program's"
        process = Process(target=print_new)
        process.start()
    elif kind == "placeholder":
        options = Settings()
        options.mode = "the program's"
        process = Process(target=print_placeholder)
        process.start()
    elif kind == "filled":
        registry["mode"] = "the program's"
        process = Process(target=print_filled)
        process.start()
    else:
        Settings.mode = "the program's"
        process = Process(target=print_class_attribute, args=(Settings(),))
        process.start()
    process.join()
    sys.exit(process.exitcode)


if __name__ == "__main__":
    main(changed, new, class_attribute, placeholder, filled, changed_after_start, argument, initializer)
