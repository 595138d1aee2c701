"""A pool is terminated while it has tasks whose results nobody wants any more."""

import multiprocessing
import time


def slow(number):
    time.sleep(0 if number < 2 else 60)
    return number


def main():
    pool = multiprocessing.Pool(2)
    results = pool.imap(slow, range(6))
    print(next(results), next(results), flush=True)
    pool.terminate()
    pool.join()


if __name__ == "__main__":
    main()
