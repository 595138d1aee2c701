"""On UNIX, creating a process and loading its program are two steps, and code can run between them.

After fork the child runs the parent's program and has a value from the parent's memory. exec replaces the program in
the same process. If exec fails, the process exists anyway.
"""

import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import main


def fork_and_exec(arm, *program):
    """Fork; the child reports a value from its memory, then executes the program or reports why it could not."""
    only_in_memory = os.urandom(8).hex()
    reader, writer = os.pipe()
    pid = os.fork()
    if not pid:
        try:
            report(writer, "the parent's", os.getpid(), only_in_memory)
            os.dup2(writer, 1)
            os.execv(program[0], program)
        except OSError as error:
            report(writer, "the parent's", os.getpid(), type(error).__name__)
        finally:
            os._exit(0)
    arm.event("child", "started", pid, "by fork")
    os.close(writer)
    with open(reader, encoding="utf-8") as reports:
        (first, first_pid, value), (then, then_pid, text) = (json.loads(line) for line in reports)
    os.waitpid(pid, 0)
    arm.event("child", "ended", pid)
    arm.record(
        program_first=first,
        has_the_parents_memory=value == only_in_memory,
        program_then=then,
        then_says=text,
        same_process=pid == first_pid == then_pid,
    )


def report(writer, program, pid, text):
    os.write(writer, json.dumps([program, pid, text]).encode() + b"\n")


def experiment(arm):
    fork_and_exec(arm, "/bin/sh", "-c", """printf '["the shell", %d, "hello"]' $$""")


def control(arm):
    """If there is no program to load, the process exists and still runs the parent's program."""
    fork_and_exec(arm, os.path.join(os.path.dirname(__file__), "missing"))


if __name__ == "__main__":
    main(experiment, control)
