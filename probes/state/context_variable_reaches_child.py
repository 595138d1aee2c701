"""A program sets a context variable, such as the id of a request, and then starts a child: does the child have it?

Each arm is a separate program, whose exit code is that of its child.
"""

import contextvars
import os
import sys
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import main, printed_symptom, run_program

request = contextvars.ContextVar("request")


def work():
    print(request.get(), flush=True)


# --8<-- [start:argument]
def work_for(value):
    request.set(value)
    work()


# --8<-- [end:argument]


def set_before(arm):
    run(arm, "set before")


def set_later(arm):
    """The child exists when the program sets the variable."""
    run(arm, "set later")


def argument(arm):
    run(arm, "argument")


def run(arm, kind):
    end = run_program(arm, program, kind)
    arm.record(child_finds=end.lines[0] if end.lines else "nothing", exit_code=end.exit_code)
    if kind == "set before":
        printed_symptom(arm, end)


def program(address, kind):
    if kind != "set later":
        request.set("the program's")
    if kind == "argument":
        # --8<-- [start:argument]
        process = Process(target=work_for, args=(request.get(),))
        process.start()
        # --8<-- [end:argument]
    else:
        process = Process(target=work)
        process.start()
    if kind == "set later":
        request.set("the program's")
    process.join()
    sys.exit(process.exitcode)


if __name__ == "__main__":
    main(set_before, set_later, argument)
