"""Each worker of the executor may do two tasks, and more tasks wait when it has done them."""

import concurrent.futures
import time


def double(number):
    time.sleep(0.1)
    return 2 * number


if __name__ == "__main__":
    executor = concurrent.futures.ProcessPoolExecutor(1, max_tasks_per_child=2)  # cause: executor-stops-replacing if python < 3.13.15
    with executor:
        print(list(executor.map(double, range(5))), flush=True)
