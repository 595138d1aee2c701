"""Functions are registered with atexit at the main file's top level, by the parent before it starts a child, and by the
child. Which of them run at the child's end?

Each arm runs a separate program, so that the parent registers its function in each.
"""

import atexit
import os
import sys
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main

child_line = None  # set only in the child, so a handler reports only if it runs there


def report(registered_by):
    if child_line is not None:
        child_line.send(registered_by)


atexit.register(report, "top level")


def returns(arm):
    run(arm, "returning")


def leaves_at_once(arm):
    run(arm, "os._exit")


def forked_by_hand(arm):
    """The child is made by os.fork, not by multiprocessing, and ends like any program."""
    run(arm, "returning", by_hand=True)


def runs_them_itself(arm):
    """The child registers the top level's function again, and runs the registered functions."""
    run(arm, "running them")


def finally_clause(arm):
    arm.launch(program_with_finally)
    child = arm.expect("child")
    child.leave()
    arm.record(childs="child" in iter(child.receive, None))


def under_the_main_guard(arm):
    run(arm, "returning")


def run(arm, end, by_hand=False):
    arm.launch(program, by_hand)
    child = arm.expect("child")
    child.leave(end)
    ran = list(iter(child.receive, None))
    arm.record(
        childs="child" in ran, parents="parent" in ran, top_levels="top level" in ran, guarded="main guard" in ran
    )


def program(address, by_hand):
    atexit.register(report, "parent")
    if by_hand:
        pid = os.fork()
        if not pid:
            child(address)
            return
        os.waitpid(pid, 0)
    else:
        process = Process(target=child, args=(address,))
        process.start()
        process.join()


def child_with_finally(address):
    line = check_in(address, "child")

    def clean_up():
        line.send("child")

    def work():
        line.serve()

    # --8<-- [start:finally]
    try:
        work()
    finally:
        clean_up()
    # --8<-- [end:finally]


def program_with_finally(address):
    process = Process(target=child_with_finally, args=(address,))
    process.start()
    process.join()


def child(address):
    global child_line
    child_line = check_in(address, "child")
    atexit.register(report, "child")
    end = child_line.serve()
    if end == "os._exit":
        os._exit(0)
    if end == "running them":
        atexit.register(report, "top level")
        atexit._run_exitfuncs()


def clean_up():
    report("main guard")


# --8<-- [start:under-the-main-guard]
if __name__ == "__main__":
    atexit.register(clean_up)
    # --8<-- [end:under-the-main-guard]
    main(returns, leaves_at_once, forked_by_hand, runs_them_itself, finally_clause, under_the_main_guard)
