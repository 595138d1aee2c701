"""The only worker of the executor does all tasks."""

import concurrent.futures
import time


def double(number):
    time.sleep(0.1)
    return 2 * number


if __name__ == "__main__":
    with concurrent.futures.ProcessPoolExecutor(1) as executor:
        print(list(executor.map(double, range(5))), flush=True)
