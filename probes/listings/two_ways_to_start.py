"""A child is started with a target, or as a subclass with a run(). The main process prints one line, the child two.

The probe decides which of them prints first. In the controls run() is called instead of start().
"""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import ScriptedProgram, main

PROGRAMS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "programs")
BY_TARGET = os.path.join(PROGRAMS, "visit_by_target.py")
BY_SUBCLASS = os.path.join(PROGRAMS, "visit_by_subclass.py")

MAIN, COMES, GOES = "the main line", "Ada comes", "Ada goes"


def run(arm, script, *order, option="start"):
    with ScriptedProgram(arm, script, option) as program:
        for line in order:
            program.run_step("main" if line == MAIN else "child", then=line)
        exit_code = program.end()
    pids = {peer.pid for peer in arm.peers}
    arm.record(lines=program.lines, processes=len(pids), exit_code=exit_code)


def target_main_first(arm):
    run(arm, BY_TARGET, MAIN, COMES, GOES)


def target_child_first(arm):
    run(arm, BY_TARGET, COMES, GOES, MAIN)


def target_in_place(arm):
    run(arm, BY_TARGET, COMES, GOES, MAIN, option="in-place")


def subclass_main_first(arm):
    run(arm, BY_SUBCLASS, MAIN, COMES, GOES)


def subclass_child_first(arm):
    run(arm, BY_SUBCLASS, COMES, GOES, MAIN)


def subclass_in_place(arm):
    run(arm, BY_SUBCLASS, COMES, GOES, MAIN, option="in-place")


if __name__ == "__main__":
    main(
        target_main_first,
        target_child_first,
        target_in_place,
        subclass_main_first,
        subclass_child_first,
        subclass_in_place,
    )
