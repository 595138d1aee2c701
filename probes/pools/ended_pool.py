"""A pool or an executor gets a task after its end; in the controls, before."""

import os
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import Pool

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, error_of, main


def square(number):
    return number * number


def pool_after_its_block(arm):
    with Pool(1) as pool:
        pool.apply(square, (2,))
    give_to_pool(arm, pool)


def closed_pool(arm):
    pool = Pool(1)
    pool.close()
    give_to_pool(arm, pool)
    pool.join()


def pool_inside_its_block(arm):
    with Pool(1) as pool:
        give_to_pool(arm, pool)


def give_to_pool(arm, pool):
    arm.record(
        apply_async=error_of(arm, lambda: pool.apply_async(square, (3,))),
        map=error_of(arm, lambda: pool.map(square, [3])),
        imap=error_of(arm, lambda: pool.imap(square, [3])),
    )


def executor_after_its_block(arm):
    with ProcessPoolExecutor(1) as executor:
        executor.submit(square, 2).result(TIMEOUT)
    give_to_executor(arm, executor)


def executor_inside_its_block(arm):
    with ProcessPoolExecutor(1) as executor:
        give_to_executor(arm, executor)


def give_to_executor(arm, executor):
    arm.record(
        submit=error_of(arm, lambda: executor.submit(square, 3)),
        map=error_of(arm, lambda: executor.map(square, [3])),
    )


def one_block(arm):
    # --8<-- [start:one-block]
    with Pool(1) as pool:  # around everything that needs the pool
        first = pool.map(square, [2, 3])
        second = pool.map(square, first)
    # --8<-- [end:one-block]
    arm.record(second=second)


if __name__ == "__main__":
    main(
        pool_after_its_block,
        closed_pool,
        pool_inside_its_block,
        executor_after_its_block,
        executor_inside_its_block,
        one_block,
    )
