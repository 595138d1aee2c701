"""A parent prints a line after start(), its child prints one: which comes first?

Each outcome is forced once: the parent is held up until the child has printed, and the child until the parent has. Then
luck is counted, with delays at random on both sides. In the control the child waits for its parent's word before it
prints, and no delay changes the order.
"""

import os
import subprocess
import sys
import time
from itertools import chain
from multiprocessing import Pipe, Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import main
from _kit.chance import counted, dawdle, trials
from _kit.checkin import PATIENCE

TRIAL = "held up: "
"""How the line begins that the program prints before each trial: the one who is follows, or ``nobody``."""

SHORTEST = 0.002  # seconds of delay: a forked child may have printed when start() returns


def child(pipe, waits, longest):
    if waits:
        pipe.send("waiting")
        hear(pipe)
    dawdle(longest / 2)
    say("child")
    pipe.send("printed")


def parent(_address, in_turn):
    lead = max(SHORTEST, trial(in_turn, "parent"))
    if not in_turn:
        trial(in_turn, "child")
    for _ in trials():
        trial(in_turn, "nobody", longest=lead)


def trial(in_turn, held, longest=0.0):
    """One start, with delays around this; returns how long a parent that is held up waited for its child, in seconds.

    By luck the parent then takes up to twice as long, so that both have their chance, whatever a start costs.
    """
    say(TRIAL + held)
    here, there = Pipe()
    process = Process(target=child, args=(there, in_turn or held == "child", longest))
    process.start()
    began = time.monotonic()
    word = hear(here) if held == "parent" else "nothing"
    lead = time.monotonic() - began
    dawdle(2 * longest)
    say("parent")
    here.send("go on")
    while word != "printed":
        word = hear(here)
    process.join()
    return lead


def say(line):
    print(line + "\n", end="", flush=True)  # one write, whatever the buffering, so that two lines do not mix


def hear(pipe):
    if not pipe.poll(2 * PATIENCE):
        raise TimeoutError("the other side said nothing")
    return pipe.recv()


def print_lines(arm, in_turn):
    """Run the program; returns the lines of each trial, in their order, by who was held up in it."""
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


def parent_first(*of_trials):
    return counted(lines[:1] == ["parent"] for lines in chain(*of_trials))


def experiment(arm):
    held_up = print_lines(arm, in_turn=False)
    arm.record(
        parent_first=parent_first(held_up["parent"], held_up["child"]),
        parent_first_by_luck=parent_first(held_up["nobody"]),
    )


def control(arm):
    held_up = print_lines(arm, in_turn=True)
    arm.record(parent_first=parent_first(*held_up.values()))


if __name__ == "__main__":
    main(experiment, control)
