"""A function of two arguments is called for pairs of them: with map(), and with the functions that unpack a pair."""

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
    with Pool(1) as pool:
        arm.record(
            map=error_of(arm, lambda: pool.map(multiply, PAIRS)),
            imap=error_of(arm, lambda: list(pool.imap(multiply, PAIRS))),
            imap_unordered=error_of(arm, lambda: list(pool.imap_unordered(multiply, PAIRS))),
        )


def executor(arm):
    with ProcessPoolExecutor(1) as executor:
        arm.record(map=error_of(arm, lambda: list(executor.map(multiply, PAIRS))))


def function_of_one_argument(arm):
    with Pool(1) as pool:
        arm.record(pool=pool.map(multiply_pair, PAIRS))
    with ProcessPoolExecutor(1) as executor:
        arm.record(executor=list(executor.map(multiply_pair, PAIRS)))


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
    main(pool, executor, function_of_one_argument, starmap, one_sequence_for_each_argument)
