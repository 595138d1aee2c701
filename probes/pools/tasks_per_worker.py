"""A Pool replaces each worker after a number of tasks: which process does which task, and what does it still know?

Each task returns the number of tasks that its process has done, which it counts in a global variable.
"""

import os
import sys
from multiprocessing import Pool

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import main

done = 0


def work(_number):
    global done
    done += 1
    return done


def limited(arm):
    with Pool(1, maxtasksperchild=2) as pool:
        arm.record(counts=pool.map(work, range(5), chunksize=1))
        arm.record(counts_of_calls=[pool.apply(work, (number,)) for number in range(3)])


def limited_with_chunks(arm):
    with Pool(1, maxtasksperchild=2) as pool:
        arm.record(counts=pool.map(work, range(8), chunksize=2))


def unlimited(arm):
    with Pool(1) as pool:
        arm.record(counts=pool.map(work, range(5), chunksize=1))
        arm.record(counts_of_calls=[pool.apply(work, (number,)) for number in range(3)])


if __name__ == "__main__":
    main(limited, limited_with_chunks, unlimited)
