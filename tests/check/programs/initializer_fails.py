"""The initializer of a Pool fails in every worker; the pool starts new workers for ever."""

import multiprocessing
import os


def connect(name):
    return os.environ[name + "_THAT_NOBODY_SETS"]


if __name__ == "__main__":
    with multiprocessing.Pool(1, connect, ("ADDRESS",)) as pool:  # cause: pool-initializer-fails
        print(pool.map(abs, [-1]), flush=True)
