"""A parent prints a line after start(), and its child prints a line: either can come first.

Each order is forced once: the parent waits until the child has printed, and the child waits until the parent has. Then
free trials with random delays on both sides are counted. In the control the child always waits for a message from its
parent before it prints, and no delay changes the order.
"""

import os
import subprocess
import sys
import time
from itertools import chain
from multiprocessing import Pipe, Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, counted, main, random_sleep, trials

TRIAL = "held up: "
"""Prefix of the line that the program prints before each trial; ``parent``, ``child`` or ``nobody`` follows."""

SHORTEST = 0.002  # seconds of delay: a forked child may have printed when start() returns


def child(pipe, waits, longest):
    if waits:
        pipe.send("waiting")
        receive(pipe)
    random_sleep(longest / 2)
    print_line("child")
    pipe.send("printed")


def parent(_address, in_turn):
    lead = max(SHORTEST, trial(in_turn, "parent"))
    if not in_turn:
        trial(in_turn, "child")
    for _ in trials():
        trial(in_turn, "nobody", longest=lead)


def trial(in_turn, held, longest=0.0):
    """Start one child; returns how long a parent that is held up waited for its child, in seconds.

    Both processes then delay their prints at random: the child by up to half of ``longest`` seconds, and the parent by
    up to twice ``longest``, so that either can be first, however long a start takes.
    """
    print_line(TRIAL + held)
    parents_end, childs_end = Pipe()
    process = Process(target=child, args=(childs_end, in_turn or held == "child", longest))
    process.start()
    began = time.monotonic()
    message = receive(parents_end) if held == "parent" else "nothing"
    lead = time.monotonic() - began
    random_sleep(2 * longest)
    print_line("parent")
    parents_end.send("go on")
    while message != "printed":
        message = receive(parents_end)
    process.join()
    return lead


def print_line(line):
    print(line + "\n", end="", flush=True)  # one write, whatever the buffering, so that two lines do not mix


def receive(pipe):
    if not pipe.poll(2 * TIMEOUT):
        raise TimeoutError("the other side sent nothing")
    return pipe.recv()


def run_trials(arm, in_turn):
    """Run the program; returns the lines of each trial, grouped by the process that was held up in it."""
    program = arm.launch(parent, in_turn, stdout=subprocess.PIPE, universal_newlines=True)
    held_up = {"parent": [], "child": [], "nobody": []}
    for line in map(str.strip, program.stdout):
        arm.event("screen", "shows", detail=line)
        if line.startswith(TRIAL):
            lines = []
            held_up[line[len(TRIAL) :]].append(lines)
        else:
            lines.append(line)
    arm.record(lines_a_trial=sorted({len(lines) for trials_ in held_up.values() for lines in trials_}))
    return held_up


def parent_first(*groups):
    return counted(lines[:1] == ["parent"] for lines in chain(*groups))


def experiment(arm):
    held_up = run_trials(arm, in_turn=False)
    arm.record(
        parent_first=parent_first(held_up["parent"], held_up["child"]),
        parent_first_by_luck=parent_first(held_up["nobody"]),
    )


def control(arm):
    held_up = run_trials(arm, in_turn=True)
    arm.record(parent_first=parent_first(*held_up.values()))


if __name__ == "__main__":
    main(experiment, control)
