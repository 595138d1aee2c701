"""A program raises the recursion limit under its main guard: how deep can its child recurse?

Each arm is a separate program, whose exit code is that of its child. The limit is 1000 unless a program changes it.
"""

import os
import sys
from multiprocessing import Pool, Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import main, printed_symptom, run_program

LIMIT = 4000
DEPTH = 3500  # PyPy allows more than twice its limit


def depth_of(levels):
    return 1 + depth_of(levels - 1) if levels else 0


def recurse():
    print("limit:", sys.getrecursionlimit(), flush=True)
    print("reached:", depth_of(DEPTH), flush=True)


# --8<-- [start:in-the-child]
def work():
    sys.setrecursionlimit(LIMIT)
    recurse()


# --8<-- [end:in-the-child]


def raised_by_program(arm):
    run(arm, "raised by program")


def left_alone(arm):
    run(arm, "left alone")


def in_the_child(arm):
    run(arm, "in the child")


def in_an_initializer(arm):
    run(arm, "in an initializer")


def run(arm, kind):
    end = run_program(arm, program, kind)
    said = dict(line.split(": ") for line in end.lines)
    arm.record(
        limit={str(LIMIT): "the program's", "1000": "the default"}.get(said.get("limit"), said.get("limit")),
        child="recurses" if said.get("reached") == str(DEPTH) else "fails",
        exit_code=end.exit_code,
    )
    if kind == "raised by program":
        printed_symptom(arm, end)


def program(address, kind):
    if kind == "in an initializer":
        # --8<-- [start:in-an-initializer]
        with Pool(2, initializer=sys.setrecursionlimit, initargs=(LIMIT,)) as pool:
            pool.apply(recurse)
        # --8<-- [end:in-an-initializer]
        return
    if kind == "raised by program":
        sys.setrecursionlimit(LIMIT)
    if kind == "in the child":
        # --8<-- [start:in-the-child]
        process = Process(target=work)
        process.start()
        # --8<-- [end:in-the-child]
    else:
        process = Process(target=recurse)
        process.start()
    process.join()
    sys.exit(process.exitcode)


if __name__ == "__main__":
    main(raised_by_program, left_alone, in_the_child, in_an_initializer)
