"""A spawned child's memory differs from its parent's from its first line on: what the program's top level makes is made
there anew. What the parent made under the guard is in a forked child alone.
"""

import builtins
import os
import sys
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main

MODULES = {"top_level": "colorsys", "guard": "graphlib"}  # that nobody else imports

made = []


def make(where):
    """Leave three marks in this process's memory."""
    made.append(where)
    __import__(MODULES[where])
    setattr(builtins, f"procsem_{where}", True)


def marks(where):
    """Which of the marks this process has."""
    there = {
        "a global": where in made,
        "a module": MODULES[where] in sys.modules,
        "a builtin": hasattr(builtins, f"procsem_{where}"),
    }
    return [mark for mark in there if there[mark]]


def child(address, where):
    found = marks(where)  # the first thing that the child does
    check_in(address, "child", marks=found, main=__name__).serve()


def what_a_child_has(arm, where):
    Process(target=child, args=(arm.address, where)).start()
    details = arm.expect("child").details
    arm.record(parent_has=marks(where), child_has=details["marks"], childs_main_module=details["main"])


def experiment(arm):
    make("guard")
    what_a_child_has(arm, "guard")


def control(arm):
    """The same marks, made by the top level."""
    what_a_child_has(arm, "top_level")


make("top_level")

if __name__ == "__main__":
    main(experiment, control)
