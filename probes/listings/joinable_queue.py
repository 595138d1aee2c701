"""Three cooks, two guests, nine dishes: the cooks wait until all is eaten. Which order of the lines is guaranteed?

A dish may be eaten before or after its cook has printed that it is made. In the control the last dish is eaten, but the
guest has not yet called task_done().
"""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import QUIET_TIME, ScriptedProgram, main

PROGRAM = os.path.join(os.path.dirname(os.path.abspath(__file__)), "programs", "joinable_queue.py")
COOKS, DISHES = 3, 9
MAIN = "the main line"


def go(program, name, times=1):
    """Let a number of processes continue until each has printed its line; returns False if the program has ended."""
    return all(go_once(program, name) for _ in range(times))


def go_once(program, name):
    before = len(program.lines)
    return program.run_step(name) and program.prints(lambda lines: len(lines) > before)


def comes_too_early(program):
    """Return whether the main line is printed while a dish is not yet eaten, or not yet marked as done."""
    return program.prints(lambda lines: MAIN in lines, QUIET_TIME)


def made_first(arm):
    with ScriptedProgram(arm, PROGRAM) as program:
        all_but_one = go(program, "cook", DISHES) and go(program, "guest", DISHES - 1)
        arm.record(comes_too_early=comes_too_early(program))
        if all_but_one:
            go(program, "guest")
        exit_code = program.end()
    record(arm, program.lines, exit_code)


def eaten_first(arm):
    """Each cook puts a dish, and prints nothing until these dishes are eaten."""
    with ScriptedProgram(arm, PROGRAM) as program:
        all_but_one = (
            go(program, "guest", COOKS) and go(program, "cook", DISHES) and go(program, "guest", DISHES - COOKS - 1)
        )
        arm.record(comes_too_early=comes_too_early(program))
        if all_but_one:
            go(program, "guest")
        exit_code = program.end()
    record(arm, program.lines, exit_code)


def one_not_done(arm):
    with ScriptedProgram(arm, PROGRAM, "slow") as program:
        all_but_one = go(program, "cook", DISHES) and all(
            go(program, "guest") and program.run_step("done") for _ in range(DISHES - 1)
        )
        last = program.wait_step("done") if all_but_one and go(program, "guest") else None
        comes_too_early(program)
        record(arm, list(program.lines), program.program.poll())
        if last is not None:
            last.leave()
        program.end()


def record(arm, lines, exit_code):
    arm.record(
        made=sum("made" in line for line in lines),
        eaten=sum("eats" in line for line in lines),
        first=lines[0].split()[1],
        last=lines[-1] if lines[-1] == MAIN else lines[-1].split()[1],
        lines=len(lines),
        exit_code=exit_code,
    )


if __name__ == "__main__":
    main(made_first, eaten_first, one_not_done)
