"""The main file computes an id of the run at its top level: do the program and its children have the same id?"""

import os
import sys
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main


def report(address, name, **facts):
    """Stands for the work of a child: what it has is seen by the probe."""
    check_in(address, name, **facts).serve()


def new_id():
    return os.urandom(8).hex()


RUN = new_id()


def child(address, name):
    check_in(address, name, run=RUN).serve()


# --8<-- [start:argument]
def work(address, name, run):  # the program's value
    report(address, name, run=run)  # the child's work


# --8<-- [end:argument]


def child_with_new_id(address, name):
    work(address, name, new_id())


def compare_ids(arm, start):
    for name in ("child", "other_child"):
        start(arm.address, name)
    ids = {name: arm.expect(name).details["run"] for name in ("child", "other_child")}
    for name, run in ids.items():
        arm.record(**{name: "as the program's" if run == RUN else "another"})
    arm.record(children_agree=len(set(ids.values())) == 1)


def start(address, name):
    Process(target=child, args=(address, name)).start()


def start_with_value(address, name):
    # --8<-- [start:argument]
    process = Process(target=work, args=(address, name, RUN))
    process.start()
    # --8<-- [end:argument]


def start_with_new_id(address, name):
    Process(target=child_with_new_id, args=(address, name)).start()


def experiment(arm):
    compare_ids(arm, start)
    if arm.facts["child"] == "another":
        arm.symptom(
            "silence", "child", text="a value that the main file computes at its top level is another in a child"
        )


def given(arm):
    """The program passes its value to its children as an argument."""
    compare_ids(arm, start_with_value)


def made_in_the_child(arm):
    compare_ids(arm, start_with_new_id)


if __name__ == "__main__":
    main(experiment, given, made_in_the_child)
