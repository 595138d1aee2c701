"""A program starts a child whose target is in the main file, after the last line of this file has run.

A thread, or a function that is registered with atexit, starts the child. In the control the main thread waits for that
thread.
"""

import atexit
import os
import sys
import threading
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, main, printed_symptom, run_program


# --8<-- [start:join-the-thread]
def work():
    print("the task ran", flush=True)


# --8<-- [end:join-the-thread]


def thread(arm):
    run(arm, start_in_thread)


def exit_function(arm):
    run(arm, start_at_exit)


def main_waits(arm):
    run(arm, start_before_the_end)


def join_the_thread(arm):
    run(arm, start_before_the_end)


def run(arm, function):
    end = run_program(arm, function)
    codes = [line.rpartition(" ")[2] for line in end.lines if line.startswith("exit code")]
    arm.record(
        task="ran" if "the task ran" in end.lines else "did not run",
        childs_exit_code=int(codes[0]) if codes and codes[0] != "None" else None,
        exit_code=end.exit_code,
    )
    printed_symptom(arm, end, "child" if codes else "parent")


def start():
    child = Process(target=work)
    child.start()
    child.join(TIMEOUT)
    print("exit code", child.exitcode, flush=True)


def start_after_main():
    threading.main_thread().join()
    start()


def start_in_thread(_address):
    threading.Thread(target=start_after_main).start()


def start_at_exit(_address):
    # multiprocessing registers its own exit function, which removes files, when it starts its first child. Not every
    # Python runs a function that is registered while the exit functions run, so it is registered before.
    import multiprocessing.util  # noqa: F401

    atexit.register(start)


# --8<-- [start:join-the-thread]
def start_child():
    child = Process(target=work)
    child.start()
    child.join()
    print("exit code", child.exitcode, flush=True)


# --8<-- [end:join-the-thread]


def start_before_the_end(_address):
    # --8<-- [start:join-the-thread]
    thread = threading.Thread(target=start_child)
    thread.start()
    thread.join()  # the last line of the main file: no child is started after it
    # --8<-- [end:join-the-thread]


if __name__ == "__main__":
    main(thread, exit_function, main_waits, join_the_thread)
