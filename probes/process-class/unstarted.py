"""A program joins, terminates and kills a Process that it has not started; in the control, one that has ended."""

import os
import sys
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import error_of, main


def nothing():
    """Stands for the work of a child."""


def not_started(arm):
    use(arm, Process(target=nothing))


def ended(arm):
    process = Process(target=nothing)
    process.start()
    process.join()
    use(arm, process)


def use(arm, process):
    for name, method in (("join", process.join), ("terminate", process.terminate), ("kill", process.kill)):
        arm.record(**{name: error_of(arm, method)})


def join_the_started(arm):
    started, unstarted = Process(target=nothing), Process(target=nothing)
    started.start()
    children = [started, unstarted]
    # --8<-- [start:join-the-started]
    for child in children:
        if child.pid is not None:  # it has been started
            child.join()
    # --8<-- [end:join-the-started]
    arm.record(exit_code=started.exitcode, exit_code_of_unstarted=unstarted.exitcode)


if __name__ == "__main__":
    main(not_started, ended, join_the_started)
