"""A program prints a line and calls os.fork(): how often is the line shown?

The child copies what is still in the buffer of sys.stdout, and both processes write it in the end.
"""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import main, run_program

LINE = "the line"


def into_a_pipe(arm):
    lines = run_program(arm, program, False).lines
    record(arm, lines)
    if lines.count(LINE) > 1:
        arm.symptom("silence", "child", text="what is printed before os.fork() is shown twice, except on a terminal")


def on_a_terminal(arm):
    """The output is a terminal, on which each line is written at once."""
    screen, terminal = os.openpty()
    with open(screen, "rb", buffering=0) as shown:
        arm.launch(program, False, stdout=terminal).wait()
        os.close(terminal)
        record(arm, shown.read(1000).decode().splitlines())


def flush_before(arm):
    record(arm, run_program(arm, program, True).lines)


def record(arm, lines):
    arm.record(shown=lines.count(LINE), childs_line_shown=lines.count("of the child"))


def program(address, flush):
    if not sys.stdout.isatty():  # even if the user has set PYTHONUNBUFFERED
        sys.stdout.reconfigure(line_buffering=False, write_through=False)
    print(LINE)
    if flush:
        # --8<-- [start:flush-before]
        sys.stdout.flush()
        sys.stderr.flush()
        pid = os.fork()
        # --8<-- [end:flush-before]
    else:
        pid = os.fork()
    if pid:
        os.waitpid(pid, 0)
    else:
        print("of the child")


if __name__ == "__main__":
    main(into_a_pipe, on_a_terminal, flush_before)
