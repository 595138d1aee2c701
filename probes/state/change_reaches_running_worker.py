"""A program makes a pool, and then changes a global variable or an environment variable: does a task find the change?

The workers are started with the pool, and the program gets no other ones. In the control they are threads.
"""

import functools
import os
import sys
from multiprocessing import Pool

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import main

mode = "as before"


def mode_in_a_task():
    return mode


def environment_in_a_task():
    return os.environ.get("PROBE_MODE", "as before")


# --8<-- [start:with-the-task]
def task(mode, number):
    return mode


# --8<-- [end:with-the-task]
# --8<-- [start:pool-made-later]
def set_up(value):  # runs first in each worker
    global mode
    mode = value


# --8<-- [end:pool-made-later]


def global_variable(arm):
    find_change(arm, Pool, mode_in_a_task)


def environment_variable(arm):
    find_change(arm, Pool, environment_in_a_task)


def global_variable_and_threads(arm):
    find_change(arm, pool_of_threads, mode_in_a_task)


def environment_variable_and_threads(arm):
    find_change(arm, pool_of_threads, environment_in_a_task)


def pool_of_threads(workers):
    from multiprocessing.pool import ThreadPool

    return ThreadPool(workers)


def find_change(arm, make_pool, task):
    change("as before")
    with make_pool(1) as pool:
        pool.apply(task)  # the worker runs
        change("as changed")
        found = pool.apply(task)
    arm.record(task_finds=found)
    if found != "as changed":
        arm.symptom("silence", "child", text="a task finds the value that a variable had before the pool was made")


def change(value):
    global mode
    mode = os.environ["PROBE_MODE"] = value


def with_the_task(arm):
    change("as before")
    with Pool(1) as pool:
        pool.apply(mode_in_a_task)  # the worker runs
        change("as changed")
        # --8<-- [start:with-the-task]
        results = pool.map(functools.partial(task, mode), range(4))
        # --8<-- [end:with-the-task]
    arm.record(task_finds=results[0])


def pool_made_later(arm):
    change("as changed")
    # --8<-- [start:pool-made-later]
    with Pool(1, initializer=set_up, initargs=(mode,)) as pool:
        found = pool.apply(mode_in_a_task)
    # --8<-- [end:pool-made-later]
    arm.record(task_finds=found)


if __name__ == "__main__":
    main(
        global_variable,
        environment_variable,
        global_variable_and_threads,
        environment_variable_and_threads,
        with_the_task,
        pool_made_later,
    )
