"""A visitor comes and goes in a separate process, which is a subclass of Process with its own run()."""

import os
import sys
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
from _kit.play import begin, cue, say


class Visitor(Process):
    def __init__(self, name):
        super().__init__()
        self.name = name

    def run(self):
        cue("child")
        say(f"{self.name} comes")
        cue("child")
        say(f"{self.name} goes")


if __name__ == "__main__":
    begin()
    visitor = Visitor("Ada")
    if "in-place" in sys.argv:
        visitor.run()
    else:
        visitor.start()
    cue("main")
    say("the main line")
