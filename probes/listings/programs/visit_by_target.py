"""A visitor comes and goes in a separate process, which gets its task as a target."""

import os
import sys
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
from _kit import say, step, use_start_method


def visit(name):
    step("child")
    say(f"{name} comes")
    step("child")
    say(f"{name} goes")


if __name__ == "__main__":
    use_start_method()
    visitor = Process(target=visit, args=("Ada",))
    if "in-place" in sys.argv:
        visitor.run()
    else:
        visitor.start()
    step("main")
    say("the main line")
