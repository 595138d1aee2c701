"""A child is not joined, so the program's end takes its manager away. Sound: manager_block_ok."""

import multiprocessing
import time


def report(progress):
    for number in range(1000):
        progress["done"] = number
        time.sleep(0.01)


if __name__ == "__main__":
    manager = multiprocessing.Manager()
    child = multiprocessing.Process(target=report, args=(manager.dict(),))
    child.start()  # cause: manager-ended-early
