"""On UNIX creating a process and loading its program are two steps, and there is life between them.

After fork the child runs the parent's program, and knows what only the parent's memory held; by exec it becomes another
program and stays the same process. Where the second step fails the first has been made all the same.
"""

import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import main


def fork_and_exec(arm, *program):
    """Fork; the child says what it knows, then executes the program, or says why it could not."""
    only_in_memory = os.urandom(8).hex()
    answer, told = os.pipe()
    pid = os.fork()
    if not pid:
        try:
            say(told, "the parent's", os.getpid(), only_in_memory)
            os.dup2(told, 1)
            os.execv(program[0], program)
        except OSError as error:
            say(told, "the parent's", os.getpid(), type(error).__name__)
        finally:
            os._exit(0)
    arm.event("child", "started", pid, "by fork")
    os.close(told)
    with open(answer, encoding="utf-8") as words:
        (first, pid_first, knows), (then, pid_then, says) = (json.loads(line) for line in words)
    os.waitpid(pid, 0)
    arm.event("child", "ended", pid)
    arm.record(
        program_first=first,
        has_the_parents_memory=knows == only_in_memory,
        program_then=then,
        then_says=says,
        same_process=pid == pid_first == pid_then,
    )


def say(told, program, pid, text):
    os.write(told, json.dumps([program, pid, text]).encode() + b"\n")


def experiment(arm):
    fork_and_exec(arm, "/bin/sh", "-c", """printf '["the shell", %d, "hello"]' $$""")


def control(arm):
    """Without the second step (there is nothing to load) the process is there, and still the parent's program."""
    fork_and_exec(arm, os.path.join(os.path.dirname(__file__), "missing"))


if __name__ == "__main__":
    main(experiment, control)
