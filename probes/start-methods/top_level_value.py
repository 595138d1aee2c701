"""The main file computes a value at its top level, an id for this run: do the program and its children have one id?"""

import os
import sys
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main


def new_id():
    return os.urandom(8).hex()


RUN = new_id()


def child(address, name, run=None):
    check_in(address, name, run=run or RUN).serve()


def child_that_makes_one(address, name):
    child(address, name, new_id())


def ids_of_two_children(arm, target, *given):
    for name in ("child", "other_child"):
        Process(target=target, args=(arm.address, name, *given)).start()
    ids = {name: arm.expect(name).details["run"] for name in ("child", "other_child")}
    for name, run in ids.items():
        arm.record(**{name: "as the program's" if run == RUN else "another"})
    arm.record(children_agree=len(set(ids.values())) == 1)


def experiment(arm):
    ids_of_two_children(arm, child)


def given(arm):
    """The program gives its value to its children."""
    ids_of_two_children(arm, child, RUN)


def made_in_the_child(arm):
    ids_of_two_children(arm, child_that_makes_one)


if __name__ == "__main__":
    main(experiment, given, made_in_the_child)
