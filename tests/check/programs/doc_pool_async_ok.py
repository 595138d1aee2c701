"""Tasks of a pool one by one: with a result, with a timeout that is expected, and after the block."""

import os
import time
from multiprocessing import Pool, TimeoutError


def square(number):
    return number * number


if __name__ == "__main__":
    with Pool(2) as pool:
        print(pool.map(square, range(5)))
        print(pool.apply_async(square, (20,)).get(timeout=20))
        pids = [pool.apply_async(os.getpid) for _ in range(3)]
        print(all(result.get(timeout=20) for result in pids))
        slow = pool.apply_async(time.sleep, (3,))
        try:
            slow.get(timeout=0.2)
        except TimeoutError:
            print("not yet")
    print("the pool has gone")
