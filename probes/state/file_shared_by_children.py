"""The main file's top level opens a file, and two children read it: does each of them read all of it?

Each arm is a separate program. The second child starts when the first one has read the file.
"""

import os
import sys
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import main, run_program

TEXT = "the whole text"
path = os.environ.get("PROBE_FILE")  # set for the programs of the arms

if path:
    data = open(path, encoding="utf-8")  # noqa: SIM115  stays open, for the children


def read_shared():
    print(data.read(), flush=True)


# --8<-- [start:open-in-the-child]
def read_own(path):
    with open(path, encoding="utf-8") as data:
        print(data.read(), flush=True)


# --8<-- [end:open-in-the-child]
# --8<-- [start:read-at-a-place]
def read_from_the_beginning():
    descriptor = data.fileno()
    size = os.fstat(descriptor).st_size
    print(os.pread(descriptor, size, 0).decode(), flush=True)


# --8<-- [end:read-at-a-place]


def opened_at_top_level(arm):
    run(arm, "opened at top level")


def first_child_only(arm):
    run(arm, "first child only")


def open_in_the_child(arm):
    run(arm, "open in the child")


def read_at_a_place(arm):
    run(arm, "read at a place")


def run(arm, kind):
    path = os.path.join(arm.folder(), "file")
    with open(path, "w", encoding="utf-8") as file:
        file.write(TEXT)
    end = run_program(arm, program, kind, env={**os.environ, "PROBE_FILE": path})
    whole = end.lines.count(TEXT)
    arm.record(children_that_read_all=whole, lines=end.lines)
    if kind == "opened at top level" and whole < 2:
        arm.symptom("silence", "child", text="a child reads nothing from a file that another child has read")


def program(address, kind):
    for _ in range(1 if kind == "first child only" else 2):
        if kind == "open in the child":
            # --8<-- [start:open-in-the-child]
            process = Process(target=read_own, args=(path,))
            process.start()
            # --8<-- [end:open-in-the-child]
        elif kind == "read at a place":
            # --8<-- [start:read-at-a-place]
            process = Process(target=read_from_the_beginning)
            process.start()
            # --8<-- [end:read-at-a-place]
        else:
            process = Process(target=read_shared)
            process.start()
        process.join()


if __name__ == "__main__":
    main(opened_at_top_level, first_child_only, open_in_the_child, read_at_a_place)
