"""The main process and a child print their process ids and those of their parents."""

import os
import sys
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
from _kit import say, step, use_start_method


def print_pids():
    say(f"child {os.getpid()} of {os.getppid()}")
    step("child")
    say(f"child {os.getpid()} ends")


if __name__ == "__main__":
    use_start_method()
    step("main")
    child = Process(target=print_pids)
    if "in-place" in sys.argv:
        child.run()
    else:
        child.start()
    say(f"main {os.getpid()} of {os.getppid()}")
