"""The parent waits without a timeout for a task that says nothing for seconds."""

import multiprocessing
import time


def think():
    time.sleep(4)
    return 42


if __name__ == "__main__":
    with multiprocessing.Pool(1) as pool:
        print(pool.apply(think), flush=True)
