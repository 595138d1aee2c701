"""A parent prints a line after start(), its child prints one: which comes first? In some trials one of the two is held
up; the control does the same to a child that waits for its parent's word before it prints.
"""

import os
import subprocess
import sys
from multiprocessing import Pipe, Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import main
from _kit.checkin import PATIENCE


def child(pipe, waits):
    if waits:
        pipe.send("waiting")
        hear(pipe)
    say("child")
    pipe.send("printed")


def parent(_address, in_turn, trials):
    """In each trial the one that it names is held up; in the parent's case until the child has printed or waits."""
    for held in trials:
        here, there = Pipe()
        process = Process(target=child, args=(there, in_turn or held == "child"))
        process.start()
        word = hear(here) if held == "parent" else "nothing"
        say("parent")
        here.send("go on")
        while word != "printed":
            word = hear(here)
        process.join()


def say(line):
    print(line + "\n", end="", flush=True)  # one write, whatever the buffering, so that two lines do not mix


def hear(pipe):
    if not pipe.poll(2 * PATIENCE):
        raise TimeoutError("the other side said nothing")
    return pipe.recv()


def print_lines(arm, in_turn, *trials):
    program = arm.launch(parent, in_turn, trials, stdout=subprocess.PIPE, universal_newlines=True)
    lines = []
    for line in program.stdout:
        lines.append(line.strip())
        arm.event(lines[-1], "printed")
    trials_won = [trials[number // 2] for number, line in enumerate(lines) if number % 2 == 0 and line == "parent"]
    arm.record(
        lines=len(lines),
        parent_first={"seen": len(trials_won), "of": len(trials)},
        parent_first_unhindered={"seen": trials_won.count("none"), "of": trials.count("none")},
    )


def experiment(arm):
    print_lines(arm, False, "parent", "child", "none")


def control(arm):
    print_lines(arm, True, "parent", "child")


if __name__ == "__main__":
    main(experiment, control)
