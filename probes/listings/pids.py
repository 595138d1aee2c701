"""The main process and its child print process ids: whose are they? In the control no child is started."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import ScriptedProgram, main

PROGRAM = os.path.join(os.path.dirname(os.path.abspath(__file__)), "programs", "pids.py")


def run(arm, option):
    with ScriptedProgram(arm, PROGRAM, option) as program:
        program.run_step("main")
        program.run_step("child")
        exit_code = program.end()
    arm.record(
        child_begins=named(arm, program.lines, "child", "of"),
        child_ends=named(arm, program.lines, "child", "ends"),
        main_line=named(arm, program.lines, "main", "of"),
        lines=len(program.lines),
        exit_code=exit_code,
    )


def named(arm, lines, process, verb):
    """Return the names of the processes whose ids are in this line."""
    words = next((line.split() for line in lines if line.startswith(f"{process} ") and verb in line.split()), [])
    return [arm.name_of(int(word)) for word in words if word.isdigit()]


def experiment(arm):
    run(arm, "start")


def control(arm):
    run(arm, "in-place")


if __name__ == "__main__":
    main(experiment, control)
