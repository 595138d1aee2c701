"""A program defines a function, or a class of an argument, under its main guard. Does its child have it?

Each arm is a script. In the control the function is defined at the top level of the file.
"""

import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, main, symptoms

TOP = """
import multiprocessing
import os


def show(thing):
    thing.task()
"""

TASK_AT_TOP = """
# --8<-- [start:above-the-guard]
def task():  # at the top level, above the guard: the child imports it
    print("the task ran", flush=True)


# --8<-- [end:above-the-guard]
"""

START_AT_TOP = """
if __name__ == "__main__":
    multiprocessing.set_start_method(os.environ["PROBE_START_METHOD"])

# --8<-- [start:above-the-guard]
if __name__ == "__main__":
    child = multiprocessing.Process(target=task)
    child.start()
    child.join()
# --8<-- [end:above-the-guard]
    print("exit code", child.exitcode)
"""

GUARD = """
if __name__ == "__main__":
    context = multiprocessing.get_context(os.environ["PROBE_START_METHOD"])
"""

FUNCTION = """
    def task():
        print("the task ran", flush=True)
"""

CLASS = """
    class Thing:
        def task(self):
            print("the task ran", flush=True)
"""

TARGET = """
    child = context.Process(target=task)
"""

START = """
    child.start()
    child.join()
    print("exit code", child.exitcode)
"""

ARGUMENT = """
    child = context.Process(target=show, args=(Thing(),))
"""


def function(arm):
    run(arm, TOP + GUARD + FUNCTION + TARGET + START)


def class_of_an_argument(arm):
    run(arm, TOP + GUARD + CLASS + ARGUMENT + START)


def at_the_top_level(arm):
    run(arm, TOP + TASK_AT_TOP + GUARD + TARGET + START)


def above_the_guard(arm):
    run(arm, TOP + TASK_AT_TOP + START_AT_TOP)


def run(arm, source):
    path = os.path.join(arm.folder(), "program.py")
    with open(path, "w", encoding="utf-8") as file:
        file.write(source)
    environment = {"PROBE_START_METHOD": arm.method, "TMPDIR": arm.folder()}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    program = arm.start_script(path, env={**os.environ, **environment}, **pipes)
    output, errors = program.communicate(timeout=2.5 * TIMEOUT)
    childs = [int(code) for code in re.findall(r"(?m)^exit code (-?\d+)$", output)]
    arm.record(
        task="ran" if "the task ran" in output.splitlines() else "did not run",
        childs_exit_code=childs[0] if childs else None,  # None: start() has raised an error
        exit_code=program.returncode,
    )
    if "Traceback" in errors:
        arm.symptom(**symptoms.printed(errors, "child"))


if __name__ == "__main__":
    main(function, class_of_an_argument, at_the_top_level, above_the_guard)
