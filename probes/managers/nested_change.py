"""A list inside a manager's dict is changed, and the dict is read afterwards."""

import os
import sys
from multiprocessing import Manager

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import main


def list_inside_a_dict(arm):
    with Manager() as manager:
        shared = manager.dict(jobs=[])
        shared["jobs"].append("job")
        read(arm, shared)


def item_of_the_dict(arm):
    with Manager() as manager:
        shared = manager.dict(jobs=[])
        shared["jobs"] = ["job"]
        read(arm, shared)


def assign_it_again(arm):
    with Manager() as manager:
        # --8<-- [start:assign-it-again]
        shared = manager.dict(jobs=[])
        jobs = shared["jobs"]  # a copy
        jobs.append("job")
        shared["jobs"] = jobs  # this changes the manager's dict
        # --8<-- [end:assign-it-again]
        read(arm, shared)


def proxy_inside(arm):
    with Manager() as manager:
        # --8<-- [start:proxy-inside]
        shared = manager.dict(jobs=manager.list())
        shared["jobs"].append("job")
        # --8<-- [end:proxy-inside]
        read(arm, shared)


def read(arm, shared):
    arm.record(jobs=list(shared.copy()["jobs"]))


if __name__ == "__main__":
    main(list_inside_a_dict, item_of_the_dict, assign_it_again, proxy_inside)
