"""The main file computes an id of the run at its top level: do the program and its children have the same id?"""

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


def child_with_new_id(address, name):
    child(address, name, new_id())


def compare_ids(arm, target, *given):
    for name in ("child", "other_child"):
        Process(target=target, args=(arm.address, name, *given)).start()
    ids = {name: arm.expect(name).details["run"] for name in ("child", "other_child")}
    for name, run in ids.items():
        arm.record(**{name: "as the program's" if run == RUN else "another"})
    arm.record(children_agree=len(set(ids.values())) == 1)


def experiment(arm):
    compare_ids(arm, child)


def given(arm):
    """The program passes its value to its children as an argument."""
    compare_ids(arm, child, RUN)


def made_in_the_child(arm):
    compare_ids(arm, child_with_new_id)


if __name__ == "__main__":
    main(experiment, given, made_in_the_child)
