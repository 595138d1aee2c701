"""A spawned child's memory differs from its parent's from the start: the child runs the program's top level again.
Only a forked child has what the parent made under the main guard.
"""

import builtins
import os
import sys
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main

MODULES = {"top_level": "colorsys", "guard": "graphlib"}  # imported only here

made = []


def make(where):
    """Leave three marks in this process's memory."""
    made.append(where)
    __import__(MODULES[where])
    setattr(builtins, f"procsem_{where}", True)


def marks(where):
    """Return which of the marks this process has."""
    present = {
        "a global": where in made,
        "a module": MODULES[where] in sys.modules,
        "a builtin": hasattr(builtins, f"procsem_{where}"),
    }
    return [mark for mark in present if present[mark]]


def child(address, where):
    found = marks(where)  # before anything else in the child
    check_in(address, "child", marks=found, main=__name__).serve()


# --8<-- [start:argument]
def work(address, values):
    made.extend(values)  # what the parent has made under the guard, and the child needs
    child(address, "guard")  # the child's work


# --8<-- [end:argument]


def argument(arm):
    address = arm.address
    # --8<-- [start:argument]
    process = Process(target=work, args=(address, ["guard"]))
    process.start()
    # --8<-- [end:argument]
    arm.record(child_has=[mark for mark in arm.expect("child").details["marks"] if mark == "a global"])


def record_marks(arm, where):
    Process(target=child, args=(arm.address, where)).start()
    details = arm.expect("child").details
    arm.record(parent_has=marks(where), child_has=details["marks"], childs_main_module=details["main"])


def experiment(arm):
    make("guard")
    record_marks(arm, "guard")


def control(arm):
    """The same marks, made by the top level."""
    record_marks(arm, "top_level")


make("top_level")

if __name__ == "__main__":
    main(experiment, control, argument)
