"""A program fills a queue for three items and empties it. The controls have no maxsize, or leave one item in it."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import ScriptedProgram, main

PROGRAM = os.path.join(os.path.dirname(os.path.abspath(__file__)), "programs", "queue_of_three.py")


def run(arm, option):
    with ScriptedProgram(arm, PROGRAM, option) as program:
        exit_code = program.end()
    arm.record(lines=program.lines, exit_code=exit_code)


def experiment(arm):
    run(arm, "as-it-is")


def without_bound(arm):
    run(arm, "without-bound")


def one_stays(arm):
    run(arm, "one-stays")


if __name__ == "__main__":
    main(experiment, without_bound, one_stays)
