"""A program has a sys.excepthook that reports exceptions: does it report those that end a child?

The hook is set at the main file's top level, so that a child that is not a copy has it, too. Each arm is a separate
program.
"""

import os
import sys
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import main, run_program


def report(kind, error, traceback):
    print("reported:", kind.__name__, flush=True)


sys.excepthook = report


def fail():
    raise LookupError("no such thing")


# --8<-- [start:call-the-hook]
def work():
    try:
        fail()
    except Exception:
        sys.excepthook(*sys.exc_info())
        raise


# --8<-- [end:call-the-hook]


def in_a_child(arm):
    run(arm, "in a child")


def in_the_program(arm):
    run(arm, "in the program")


def call_the_hook(arm):
    run(arm, "call the hook")


def run(arm, kind):
    end = run_program(arm, program, kind)
    reported = "reported: LookupError" in end.lines
    arm.record(reported=reported, exit_code=end.exit_code)
    if not reported:
        arm.symptom("silence", "child", text="sys.excepthook is not called for the exception that ends a child")


def program(address, kind):
    if kind == "in the program":
        fail()
    if kind == "call the hook":
        # --8<-- [start:call-the-hook]
        process = Process(target=work)
        process.start()
        # --8<-- [end:call-the-hook]
    else:
        process = Process(target=fail)
        process.start()
    process.join()
    sys.exit(process.exitcode)


if __name__ == "__main__":
    main(in_a_child, in_the_program, call_the_hook)
