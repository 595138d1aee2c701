"""A visitor comes and goes in a separate process, which is a subclass of Process with its own run()."""

import os
import sys
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
from _kit import say, step, use_start_method


class Visitor(Process):
    def __init__(self, name):
        super().__init__()
        self.name = name

    def run(self):
        step("child")
        say(f"{self.name} comes")
        step("child")
        say(f"{self.name} goes")


if __name__ == "__main__":
    use_start_method()
    visitor = Visitor("Ada")
    if "in-place" in sys.argv:
        visitor.run()
    else:
        visitor.start()
    step("main")
    say("the main line")
