"""A program gives a task to an executor after the last line of its main code has run; in the control, before that.

A thread that waits for the end of the main thread gives the task, or a function that is registered with atexit.
"""

import atexit
import os
import sys
import threading
from concurrent.futures import ProcessPoolExecutor

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, main, printed_symptom, run_program


# --8<-- [start:join-the-thread]
def square(number):
    return number * number


# --8<-- [end:join-the-thread]


def new_executor(arm):
    run(arm, new_after_main)


def used_executor(arm):
    run(arm, used_after_main)


def exit_function(arm):
    run(arm, new_at_exit)


def while_main_waits(arm):
    run(arm, main_joins)


def join_the_thread(arm):
    run(arm, main_joins)


def run(arm, function):
    end = run_program(arm, function)
    printed = [*end.lines, *[line.partition(":")[0] for line in end.errors[-1:]]]
    arm.record(printed=printed[-1], exit_code=end.exit_code)
    printed_symptom(arm, end, "parent")


def use(executor):
    with executor:
        print(executor.submit(square, 3).result(TIMEOUT), flush=True)


def use_after_main(executor=None):
    threading.main_thread().join()
    use(executor or ProcessPoolExecutor(1))


def new_after_main(_address):
    threading.Thread(target=use_after_main).start()


def used_after_main(_address):
    executor = ProcessPoolExecutor(1)
    executor.submit(square, 2).result(TIMEOUT)
    threading.Thread(target=use_after_main, args=(executor,)).start()


def new_at_exit(_address):
    atexit.register(lambda: use(ProcessPoolExecutor(1)))


# --8<-- [start:join-the-thread]
def work_in_thread():
    with ProcessPoolExecutor(1) as executor:
        print(executor.submit(square, 3).result(), flush=True)


# --8<-- [end:join-the-thread]


def main_joins(_address):
    # --8<-- [start:join-the-thread]
    thread = threading.Thread(target=work_in_thread)
    thread.start()
    thread.join()  # the last line of the main code: no task is submitted after it
    # --8<-- [end:join-the-thread]


if __name__ == "__main__":
    main(new_executor, used_executor, exit_function, while_main_waits, join_the_thread)
