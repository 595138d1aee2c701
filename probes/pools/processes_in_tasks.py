"""A task of a pool starts a process, or a pool of its own: is it allowed to?

The workers of a Pool are daemonic, those of a ProcessPoolExecutor are not.
"""

import os
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import Pool, Process, current_process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import main, symptoms


def work():
    pass


# --8<-- [start:executor]
def task():
    child = Process(target=work)
    child.start()
    child.join()
    return child.exitcode


# --8<-- [end:executor]


def task_with_pool():
    with Pool(1) as pool:
        pool.apply(work)
        pool.close()
        pool.join()
    return 0


def is_daemonic():
    return current_process().daemon


def pool(arm):
    with Pool(1) as pool:
        arm.record(worker_is_daemonic=pool.apply(is_daemonic))
        for fact, function in ("process", task), ("pool", task_with_pool):
            try:
                arm.record(**{fact: pool.apply(function)})
            except AssertionError as error:
                arm.record(**{fact: f"AssertionError: {error}"})
                arm.symptom(**symptoms.raised(error, "parent"))
        pool.close()
        pool.join()


def in_executor(arm):
    with ProcessPoolExecutor(1) as executor:
        arm.record(worker_is_daemonic=executor.submit(is_daemonic).result())
        arm.record(process=executor.submit(task).result(), pool=executor.submit(task_with_pool).result())


def executor(arm):
    # --8<-- [start:executor]
    with ProcessPoolExecutor(1) as executor:
        exit_code = executor.submit(task).result()
    # --8<-- [end:executor]
    arm.record(process=exit_code)


if __name__ == "__main__":
    main(pool, in_executor, executor)
