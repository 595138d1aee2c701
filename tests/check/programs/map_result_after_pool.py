"""map_async() in a with block, get() after it, in another function."""

import time
from multiprocessing import Pool


def slow(number):
    time.sleep(0.5)
    return number


def begin():
    with Pool(2) as pool:
        return pool.map_async(slow, [1, 2])


def main():
    pending = begin()
    return pending.get()  # cause: pool-ended-before-result


if __name__ == "__main__":
    print(main(), flush=True)
