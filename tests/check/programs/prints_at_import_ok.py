"""The main file says at each import that it is imported."""

import concurrent.futures
import os

print("imported as", __name__, "by", os.getpid(), flush=True)


def double(number):
    return 2 * number


if __name__ == "__main__":
    with concurrent.futures.ProcessPoolExecutor(1) as executor:
        print(executor.submit(double, 4).result(), flush=True)
