"""Pairs are given to the map() of a pool or an executor, with a function of two arguments.

In the controls, the function takes a pair as its only argument.
"""

import os
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import Pool

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import error_of, main

PAIRS = [(2, 3), (4, 5)]


def multiply(a, b):
    return a * b


def multiply_pair(pair):
    a, b = pair
    return a * b


def pool(arm):
    give_to_pool(arm, multiply)


def executor(arm):
    give_to_executor(arm, multiply)


def pool_and_function_of_one_argument(arm):
    give_to_pool(arm, multiply_pair)


def executor_and_function_of_one_argument(arm):
    give_to_executor(arm, multiply_pair)


def give_to_pool(arm, function):
    with Pool(1) as pool:
        arm.record(
            map=error_of(arm, lambda: pool.map(function, PAIRS)),
            imap=error_of(arm, lambda: list(pool.imap(function, PAIRS))),
            imap_unordered=error_of(arm, lambda: list(pool.imap_unordered(function, PAIRS))),
        )


def give_to_executor(arm, function):
    with ProcessPoolExecutor(1) as executor:
        arm.record(map=error_of(arm, lambda: list(executor.map(function, PAIRS))))


def starmap(arm):
    # --8<-- [start:starmap]
    with Pool(1) as pool:
        results = pool.starmap(multiply, [(2, 3), (4, 5)])
    # --8<-- [end:starmap]
    arm.record(results=results)


def one_sequence_for_each_argument(arm):
    # --8<-- [start:sequences]
    with ProcessPoolExecutor(1) as executor:
        results = list(executor.map(multiply, [2, 4], [3, 5]))  # the first arguments, and the second ones
    # --8<-- [end:sequences]
    arm.record(results=results)


if __name__ == "__main__":
    main(
        pool,
        executor,
        pool_and_function_of_one_argument,
        executor_and_function_of_one_argument,
        starmap,
        one_sequence_for_each_argument,
    )
