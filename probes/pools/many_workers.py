"""A ProcessPoolExecutor is made with 62 workers, 61, and none. The executor starts no process before its first task."""

import os
import sys
from concurrent.futures import ProcessPoolExecutor

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import main, symptoms


def many(arm):
    make(arm, 62)


def none(arm):
    make(arm, 0)


def at_most_61(arm):
    many = 62  # what os.cpu_count() returns on such a machine
    # --8<-- [start:at-most-61]
    executor = ProcessPoolExecutor(max_workers=min(many, 61))
    # --8<-- [end:at-most-61]
    executor.shutdown()
    arm.record(error="none")


def make(arm, count):
    try:
        ProcessPoolExecutor(max_workers=count).shutdown()
    except Exception as error:
        arm.record(error=type(error).__name__)
        if count:
            arm.symptom(**symptoms.raised(error, "parent"))
    else:
        arm.record(error="none")


if __name__ == "__main__":
    main(many, none, at_most_61)
