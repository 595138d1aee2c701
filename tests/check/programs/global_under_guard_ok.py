"""The same as global_under_guard.py, with the value as an argument."""

import multiprocessing
import sys

limit = 10


def over(limit):
    sys.exit(limit > 50)


if __name__ == "__main__":
    limit = 100
    process = multiprocessing.Process(target=over, args=(limit,))
    process.start()
    process.join()
    print("over the limit:", bool(process.exitcode), flush=True)
