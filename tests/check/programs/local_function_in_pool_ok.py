"""The same as local_function_in_pool.py with functools.partial and a function of the module."""

import functools
from multiprocessing import Pool


def scale(factor, number):
    return factor * number


def total(factor):
    with Pool(1) as pool:
        return sum(pool.map(functools.partial(scale, factor), [1, 2]))


if __name__ == "__main__":
    print(total(2), flush=True)
