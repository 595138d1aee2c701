"""The same as map_result_after_pool.py; the result is there before the block ends."""

import time
from multiprocessing import Pool


def slow(number):
    time.sleep(0.5)
    return number


def begin():
    with Pool(2) as pool:
        pending = pool.map_async(slow, [1, 2])
        pending.wait()
        return pending


def main():
    pending = begin()
    return pending.get()


if __name__ == "__main__":
    print(main(), flush=True)
