"""A program whose daemon still has work to do when its main process has none."""

import os
import sys
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
from _kit.play import begin, cue, say


def tidy(name):
    cue("child")
    say(f"{name} begins to tidy up")
    cue("child")
    say(f"{name} has tidied up")


if __name__ == "__main__":
    begin()
    child = Process(target=tidy, args=("Bo",))
    child.daemon = "plain" not in sys.argv
    child.start()
    cue("main")
    say("the main line")
