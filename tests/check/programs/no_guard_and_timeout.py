"""The guard looks at the arguments; the pool's results are fetched with a timeout. Sound: guard_by_name_ok."""

import multiprocessing
import sys


def work(number):
    return number * 2


def main():
    pool = multiprocessing.Pool(1)
    try:
        print(pool.apply_async(work, (2,)).get(timeout=3), flush=True)
    finally:
        pool.terminate()


if sys.argv:  # cause: missing-main-guard under spawn, forkserver
    main()
