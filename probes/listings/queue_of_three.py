"""A program fills a queue that has room for three, and empties it. The controls: without a bound, and with one left."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import main
from _kit.play import Play

PROGRAM = os.path.join(os.path.dirname(os.path.abspath(__file__)), "programs", "queue_of_three.py")


def play(arm, how):
    with Play(arm, PROGRAM, how) as program:
        exit_code = program.end()
    arm.record(lines=program.lines, exit_code=exit_code)


def experiment(arm):
    play(arm, "as-it-is")


def without_bound(arm):
    play(arm, "without-bound")


def one_stays(arm):
    play(arm, "one-stays")


if __name__ == "__main__":
    main(experiment, without_bound, one_stays)
