"""What a pool's task is, and what it returns, must be pickled under every start method.

The pool sends its tasks to workers that already run, so that forking does not help.
"""

import os
import sys
import threading
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import Pool

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, main, symptoms


def square(number):
    return number * number


# --8<-- [start:function-at-module-level]
def add(one, other):
    return one + other


# --8<-- [end:function-at-module-level]


def lock_and_result(number=3):
    return threading.Lock(), number * number


# --8<-- [start:return-plain-data]
def plain_result():
    _lock, result = lock_and_result()
    return result  # the lock stays in the worker


# --8<-- [end:return-plain-data]


def lambda_as_task(arm):
    with Pool(1) as pool:
        each_form(arm, pool, lambda number: 9)


def lambda_as_executor_task(arm):
    with ProcessPoolExecutor(1) as executor:
        outcome(arm, lambda: executor.submit(lambda: 9).result(TIMEOUT))
        outcome(arm, lambda: list(executor.map(lambda number: 9, [3])), "_of_map")


def function_as_task(arm):
    with Pool(1) as pool:
        each_form(arm, pool, square)


def function_at_module_level(arm):
    # --8<-- [start:function-at-module-level]
    with Pool(1) as pool:
        results = pool.starmap(add, [(4, 5)])
    # --8<-- [end:function-at-module-level]
    outcome(arm, lambda: results[0])


def lock_as_result(arm):
    with Pool(1) as pool:
        each_form(arm, pool, lock_and_result)


def lock_as_executor_result(arm):
    with ProcessPoolExecutor(1) as executor:
        outcome(arm, lambda: executor.submit(lock_and_result).result(TIMEOUT))
        outcome(arm, lambda: list(executor.map(lock_and_result, [3])), "_of_map")


def plain_data_as_result(arm):
    with Pool(1) as pool:
        each_form(arm, pool, square)


def return_plain_data(arm):
    # --8<-- [start:return-plain-data]
    with Pool(1) as pool:
        result = pool.apply(plain_result)
    # --8<-- [end:return-plain-data]
    outcome(arm, lambda: result)


def each_form(arm, pool, function):
    """Record what each form of a pool's call returns or raises: several classes of the module pool hold the results."""
    outcome(arm, lambda: pool.apply(function, (3,)))
    outcome(arm, lambda: pool.map(function, [3])[0], "_of_map")
    outcome(arm, lambda: next(pool.imap(function, [3])), "_of_imap")


def outcome(arm, action, form=""):
    """Record what the action returns or raises."""
    try:
        arm.record(**{f"error{form}": "none", f"result{form}": action()})
    except Exception as error:
        arm.record(**{f"error{form}": type(error).__name__})
        arm.symptom(**symptoms.raised(error, "parent"))


if __name__ == "__main__":
    main(
        lambda_as_task,
        lambda_as_executor_task,
        function_as_task,
        function_at_module_level,
        lock_as_result,
        lock_as_executor_result,
        plain_data_as_result,
        return_plain_data,
    )
