"""A program whose daemon still has work to do when its main process has none."""

import os
import sys
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
from _kit import say, step, use_start_method


def tidy(name):
    step("child")
    say(f"{name} begins to tidy up")
    step("child")
    say(f"{name} has tidied up")


if __name__ == "__main__":
    use_start_method()
    child = Process(target=tidy, args=("Bo",))
    child.daemon = "plain" not in sys.argv
    child.start()
    step("main")
    say("the main line")
