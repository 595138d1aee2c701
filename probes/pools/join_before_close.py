"""The workers of a pool are joined while the pool still takes tasks; in the controls, after close() or terminate()."""

import os
import sys
from multiprocessing import Pool

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, error_of, main


# --8<-- [start:close-first]
def square(number):
    return number * number


# --8<-- [end:close-first]


def running_pool(arm):
    with Pool(1) as pool:
        task = pool.apply_async(square, (3,))
        arm.record(join=error_of(arm, pool.join), result=task.get(TIMEOUT))


def closed_pool(arm):
    with Pool(1) as pool:
        task = pool.apply_async(square, (3,))
        pool.close()
        arm.record(join=error_of(arm, pool.join), result=task.get(TIMEOUT))


def terminated_pool(arm):
    with Pool(1) as pool:
        result = pool.apply_async(square, (3,)).get(TIMEOUT)
        pool.terminate()
        arm.record(join=error_of(arm, pool.join), result=result)


def close_first(arm):
    # --8<-- [start:close-first]
    with Pool(1) as pool:
        task = pool.apply_async(square, (3,))
        pool.close()  # no more tasks
        pool.join()  # returns when all tasks have been done and the workers have ended
    # --8<-- [end:close-first]
    arm.record(join="none", result=task.get(TIMEOUT))


if __name__ == "__main__":
    main(running_pool, closed_pool, terminated_pool, close_first)
