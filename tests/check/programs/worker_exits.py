"""A task ends its worker by os._exit(); the pool replaces the worker, and apply() waits for ever."""

import multiprocessing
import os


def work(number):
    os._exit(number)


if __name__ == "__main__":
    with multiprocessing.Pool(1) as pool:
        pool.apply(work, (3,))  # cause: pool-worker-lost-hang
    print("end", flush=True)
