"""Three cooks, two guests, nine dishes: the cooks wait until all is eaten. What do the lines promise, and what is luck?

A dish may be eaten before its cook has said that it is made, or after. In the control the last dish is eaten, but the
guest has not yet said to the queue that it is done.
"""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import main
from _kit.checkin import A_WHILE
from _kit.play import Play

PROGRAM = os.path.join(os.path.dirname(os.path.abspath(__file__)), "programs", "joinable_queue.py")
COOKS, DISHES = 3, 9


def go(program, name, times):
    """So many go on, and each has said its line."""
    for _ in range(times):
        before = len(program.lines)
        if program.go(name):
            program.shows(lambda lines, before=before: len(lines) > before)


def made_first(arm):
    with Play(arm, PROGRAM) as program:
        go(program, "cook", DISHES)
        go(program, "guest", DISHES)
        exit_code = program.end()
    record(arm, program.lines, exit_code)


def eaten_first(arm):
    """Each cook puts a dish, and holds its tongue until these are eaten."""
    with Play(arm, PROGRAM) as program:
        go(program, "guest", COOKS)
        go(program, "cook", DISHES)
        go(program, "guest", DISHES - COOKS)
        exit_code = program.end()
    record(arm, program.lines, exit_code)


def one_not_done(arm):
    with Play(arm, PROGRAM, "slow") as program:
        go(program, "cook", DISHES)
        for _ in range(DISHES - 1):
            go(program, "guest", 1)
            program.go("done")
        go(program, "guest", 1)
        last = program.cue("done")
        program.shows(lambda lines: len(lines) > 2 * DISHES, A_WHILE)
        record(arm, list(program.lines), program.program.poll())
        last.leave()
        program.end()


def record(arm, lines, exit_code):
    arm.record(
        made=sum("made" in line for line in lines),
        eaten=sum("eats" in line for line in lines),
        first=lines[0].split()[1],
        last=lines[-1] if lines[-1] == "the main line" else lines[-1].split()[1],
        lines=len(lines),
        exit_code=exit_code,
    )


if __name__ == "__main__":
    main(made_first, eaten_first, one_not_done)
