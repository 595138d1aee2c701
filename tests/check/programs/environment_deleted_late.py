"""A variable is removed after the first child; a later Process still has it. Sound: environment_set_late_ok."""

import os
import sys
from multiprocessing import Process

os.environ.setdefault("LEVEL_OF_TEST", "debug")


def nothing():
    pass


def check():
    sys.exit(3 if "LEVEL_OF_TEST" in os.environ else 0)


def run(target):
    process = Process(target=target)
    process.start()
    process.join()
    return process.exitcode


if __name__ == "__main__":
    os.environ["LEVEL_OF_TEST"] = "info"
    run(nothing)
    # The file's own setdefault() runs again in each child, so a spawned child has the variable too.
    os.environ.pop("LEVEL_OF_TEST")  # cause: state-not-inherited under spawn, forkserver
    sys.exit(run(check))
