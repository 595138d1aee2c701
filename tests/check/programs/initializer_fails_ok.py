"""The same as initializer_fails.py with a default."""

import multiprocessing
import os


def connect(name):
    return os.environ.get(name + "_THAT_NOBODY_SETS")


if __name__ == "__main__":
    with multiprocessing.Pool(1, connect, ("ADDRESS",)) as pool:
        print(pool.map(abs, [-1]), flush=True)
