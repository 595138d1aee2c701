"""A line is printed before a child is started and is still in the buffer then: how often is it shown?

A forked child has a copy of its parent's buffers. multiprocessing flushes the standard streams before it forks; os.fork
does not.
"""

import os
import sys
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main

LINE = "the line"


def child(address):
    check_in(address, "child").serve()
    print("of the child")


def main_code(address, by):
    sys.stdout.reconfigure(line_buffering=False, write_through=False)  # even if the user has set PYTHONUNBUFFERED
    print(LINE)
    if by == "os.fork":
        pid = os.fork()
        if pid == 0:
            try:
                child(address)
                sys.stdout.flush()
            finally:
                os._exit(0)
        os.waitpid(pid, 0)
    else:
        process = Process(target=child, args=(address,))
        process.start()
        process.join()


def lines_of_a_program(arm, by):
    path = os.path.join(arm.folder(), "screen")
    with open(path, "wb") as screen:
        program = arm.launch(main_code, by, stdout=screen)
    arm.expect("child").leave()
    program.wait()
    with open(path, encoding="utf-8") as file:
        shown = file.read().splitlines()
    arm.record(shown=shown.count(LINE), childs_line_shown=shown.count("of the child"))


def experiment(arm):
    lines_of_a_program(arm, "Process")


def control(arm):
    lines_of_a_program(arm, "os.fork")


if __name__ == "__main__":
    main(experiment, control)
