"""The main process prints its only line before its daemon begins its work, or during it: what does the daemon print?

In the control the child is not a daemon.
"""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import ScriptedProgram, main

PROGRAM = os.path.join(os.path.dirname(os.path.abspath(__file__)), "programs", "daemon.py")
MAIN, BEGINS, ENDS = "the main line", "Bo begins to tidy up", "Bo has tidied up"


def not_yet_begun(arm):
    with ScriptedProgram(arm, PROGRAM) as program:
        program.wait_step("child")
        program.run_step("main", then=MAIN)
        exit_code = program.end()
    arm.record(lines=program.lines, exit_code=exit_code)


def at_work(arm):
    with ScriptedProgram(arm, PROGRAM) as program:
        program.run_step("child", then=BEGINS)
        program.wait_step("child")
        program.run_step("main", then=MAIN)
        exit_code = program.end()
    arm.record(lines=program.lines, exit_code=exit_code)


def plain(arm):
    with ScriptedProgram(arm, PROGRAM, "plain") as program:
        child = program.wait_step("child")
        program.run_step("main", then=MAIN)
        child.leave()
        program.run_step("child", then=ENDS)
        exit_code = program.end()
    arm.record(lines=program.lines, exit_code=exit_code)


if __name__ == "__main__":
    main(not_yet_begun, at_work, plain)
