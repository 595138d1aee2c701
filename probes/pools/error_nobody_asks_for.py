"""A task of a pool raises an error, and the program never asks for the task's result. Each program runs to its end, and
the probe reads what it prints.
"""

import os
import sys
import traceback
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import Pool

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import PIPES, main, wait_program


def work(number):
    return 1 // number


def pool_apply_async(arm):
    run(arm, nobody_asks)


def pool_imap(arm):
    run(arm, nobody_iterates)


def executor_submit(arm):
    run(arm, nobody_asks_executor)


def result_is_asked_for(arm):
    run(arm, somebody_asks)


def ask_for_each_result(arm):
    run(arm, somebody_asks)


def error_callback(arm):
    run(arm, callback_prints)


def run(arm, function):
    end = wait_program(arm, arm.launch(function, **PIPES))
    printed = "\n".join(end.lines + end.errors)
    arm.record(printed="ZeroDivisionError" if "ZeroDivisionError" in printed else printed or "nothing")
    arm.record(exit_code=end.exit_code)
    if not printed:
        arm.symptom("silence", "parent", text="the task's error is printed nowhere, and the exit code is 0")


def nobody_asks(_address):
    with Pool(1) as pool:
        pool.apply_async(work, (0,))
        pool.close()
        pool.join()


def nobody_iterates(_address):
    with Pool(1) as pool:
        pool.imap(work, [1, 0])
        pool.close()
        pool.join()


def nobody_asks_executor(_address):
    with ProcessPoolExecutor(1) as executor:
        executor.submit(work, 0)


def somebody_asks(_address):
    # --8<-- [start:ask-for-each-result]
    with Pool(1) as pool:
        tasks = [pool.apply_async(work, (number,)) for number in (1, 0)]
        for task in tasks:
            task.get()  # raises the task's error here
    # --8<-- [end:ask-for-each-result]


# --8<-- [start:error-callback]
def show(error):
    traceback.print_exception(type(error), error, error.__traceback__)


# --8<-- [end:error-callback]


def callback_prints(_address):
    # --8<-- [start:error-callback]
    with Pool(1) as pool:
        pool.apply_async(work, (0,), error_callback=show)
        pool.close()
        pool.join()
    # --8<-- [end:error-callback]


if __name__ == "__main__":
    main(pool_apply_async, pool_imap, executor_submit, result_is_asked_for, ask_for_each_result, error_callback)
