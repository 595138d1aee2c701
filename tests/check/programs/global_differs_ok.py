"""Globals differ between parent and child, and nobody minds: a time, a counter, a cache. The output is the same."""

import multiprocessing
import time

started = time.time()
cache = {}
calls = 0


def work(number):
    global calls
    calls += 1
    cache[number] = started
    return number if time.time() >= started else -1


if __name__ == "__main__":
    work(1)
    with multiprocessing.Pool(1) as pool:
        print(pool.map(work, [1, 2]), calls, len(cache), flush=True)
