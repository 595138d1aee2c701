"""The same as lambda_target.py with a function of the module."""

import functools
from multiprocessing import Process


def square(number):
    print(number * number, flush=True)


if __name__ == "__main__":
    child = Process(target=functools.partial(square, 3))
    child.start()
    child.join()
