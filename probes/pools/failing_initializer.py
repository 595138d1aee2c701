"""The initializer of a pool's workers fails in every worker.

The first worker stays in the initializer until the program waits for its task. Otherwise a worker may fail before
Pool.map() counts the workers, and if it is not yet replaced then, map() raises ZeroDivisionError.
"""

import os
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import Pool, current_process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import QUIET_TIME, TIMEOUT, check_in, hangs, main, symptoms, table

WAITING = {"multiprocessing/pool.py:get", "concurrent/futures/_base.py:result"}
"""The functions in which a program waits for the result of a task."""

SEVERAL = 4
"""The number of workers after which the probe stops: each of them has failed, and each has been replaced."""


def report(address):
    name = current_process().name
    connection = check_in(address, "worker", process=name)
    if name.endswith("-1"):  # the first worker
        connection.serve()
    connection.close()


def set_up(address):
    report(address)
    raise OSError("no connection to the database")


def set_up_well(address):
    report(address)


# --8<-- [start:error-as-a-result]
connection = error = None


def connect(address):  # the initializer: it keeps its error
    global connection, error
    try:
        connection = set_up(address)
    except Exception as caught:
        error = caught


def square(number):  # the task: it raises what the initializer has kept
    if error is not None:
        raise error
    return number * number


# --8<-- [end:error-as-a-result]


def pool_and_failing(arm):
    run(arm, "pool, failing", workers=SEVERAL)


def pool_and_working(arm):
    run(arm, "pool, working")


def executor_and_failing(arm):
    run(arm, "executor, failing")


def executor_and_working(arm):
    run(arm, "executor, working")


def executor(arm):
    run(arm, "executor, failing", where=None)


def error_as_a_result(arm):
    run(arm, "pool, error kept", where=None)


def executor_with_error_as_a_result(arm):
    run(arm, "executor, error kept", where=None)


def run(arm, way, workers=1, where="parent"):
    launched = arm.launch(program, way, stderr=subprocess.PIPE, text=True)
    parent = arm.expect("program")
    arm.record(workers=len(set(names_of_workers(arm, parent, workers))))
    arm.record(result=hangs.outcome(arm, parent, where, longest_wait=TIMEOUT if workers == 1 else QUIET_TIME))
    parent.leave()
    parent.wait_end()
    _, stderr = launched.communicate(timeout=TIMEOUT)
    if where and way.endswith("failing"):
        arm.symptom(**symptoms.printed(stderr, "child"))


def names_of_workers(arm, parent, most):
    """Yield the name of each worker that has run the initializer, until there are this many or the call has ended.

    A pid would not do: a system that has used all of them may give a worker that of its predecessor.
    """
    give_up = time.monotonic() + TIMEOUT
    seen = 0
    while seen < most and time.monotonic() < give_up:
        over = parent.call("look")[0]
        try:
            worker = arm.expect("worker", timeout=QUIET_TIME)
        except TimeoutError:
            if over:
                return
            continue
        seen += 1
        if seen == 1:
            table.wait_for(lambda: is_waiting(parent), TIMEOUT, "the program waiting for its task")
            worker.leave()
        yield worker.details["process"]


def is_waiting(parent):
    """Return whether the program waits for its task, or is past that."""
    over, _, _, stack = parent.call("look")
    return over or not WAITING.isdisjoint(stack)


def program(address, way):
    hangs.call(address, "program", WAYS[way], address)


def pool_with(initializer):
    def fetch(address):
        with Pool(1, initializer=initializer, initargs=(address,)) as pool:
            return pool.map(square, [3])

    return fetch


def executor_with(initializer):
    def fetch(address):
        with ProcessPoolExecutor(1, initializer=initializer, initargs=(address,)) as executor:
            return [executor.submit(square, 3).result()]

    return fetch


def pool_with_error_kept(address):
    # --8<-- [start:error-as-a-result]
    # a ProcessPoolExecutor takes the same arguments
    with Pool(1, initializer=connect, initargs=(address,)) as pool:
        squares = pool.map(square, [3])  # raises the error of the initializer
    # --8<-- [end:error-as-a-result]
    return squares


def executor_that_fails(address):
    # --8<-- [start:executor]
    with ProcessPoolExecutor(1, initializer=set_up, initargs=(address,)) as executor:
        result = executor.submit(square, 3).result()  # raises BrokenProcessPool
    # --8<-- [end:executor]
    return [result]


WAYS = {
    "pool, failing": pool_with(set_up),
    "pool, working": pool_with(set_up_well),
    "pool, error kept": pool_with_error_kept,
    "executor, failing": executor_that_fails,
    "executor, working": executor_with(set_up_well),
    "executor, error kept": executor_with(connect),
}


if __name__ == "__main__":
    main(
        pool_and_failing,
        pool_and_working,
        executor_and_failing,
        executor_and_working,
        executor,
        error_as_a_result,
        executor_with_error_as_a_result,
    )
