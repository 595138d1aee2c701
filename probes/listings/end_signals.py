"""Three producers, two consumers, nine loaves and two end signals: which order of the lines is guaranteed?

One consumer is slow: it keeps its first loaf until the other has consumed the rest and has got its signal. In the
control the signals are held back.
"""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import QUIET_TIME, ScriptedProgram, main

PROGRAM = os.path.join(os.path.dirname(os.path.abspath(__file__)), "programs", "end_signals.py")
LOAVES = 9


def experiment(arm):
    with ScriptedProgram(arm, PROGRAM) as program:
        program.run_step("producer")
        slow = program.wait_step("consumer")
        for _ in range(LOAVES - 1):
            program.run_step("producer")
            program.run_step("consumer")
        program.run_step("main")
        program.prints(lambda lines: "None" in lines)
        slow.leave()
        exit_code = program.end()
    record(arm, program.lines)
    arm.record(exit_code=exit_code)


def control(arm):
    with ScriptedProgram(arm, PROGRAM) as program:
        for _ in range(LOAVES):
            program.run_step("producer")
            program.run_step("consumer")
        program.prints(lambda lines: count(lines, "ate") == LOAVES)
        program.prints(lambda lines: len(lines) > 2 * LOAVES, QUIET_TIME)
        record(arm, list(program.lines))
        program.run_step("main")
        program.end()


def count(lines, word):
    return sum(line.startswith(word) for line in lines)


def record(arm, lines):
    arm.record(
        baked=count(lines, "baked"),
        eaten=count(lines, "ate"),
        each_baked_before_it_is_eaten=all(
            count(lines[:number], "baked" + line[3:]) >= count(lines[: number + 1], line)
            for number, line in enumerate(lines)
            if line.startswith("ate")
        ),
        from_the_first_signal_on=from_the_first_signal_on(lines),
    )


def from_the_first_signal_on(lines):
    """Return the kinds of the lines from the first signal on; an empty list if there is no signal."""
    if "None" not in lines:
        return []
    return ["ate" if line.startswith("ate") else line for line in lines[lines.index("None") :]]


if __name__ == "__main__":
    main(experiment, control)
