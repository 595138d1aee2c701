"""A test report that names the start method, the module and the process, on purpose."""

import multiprocessing
import os
import time


def report(number):
    name = multiprocessing.current_process().name
    print(f"{number}: {name} in {__name__}, pid {os.getpid()}, at {time.time():.3f}", flush=True)


if __name__ == "__main__":
    print("method:", multiprocessing.get_start_method(), flush=True)
    with multiprocessing.Pool(2) as pool:
        pool.map(report, range(3))
