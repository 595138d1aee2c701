"""A handler of the parent, which is the parent's own, and a clean-up in the task."""

import atexit
import multiprocessing
import os


def remove():
    os.remove("saved.txt")


def task(number):
    try:
        return abs(number)
    finally:
        with open("saved.txt", "a") as file:
            file.write("saved\n")


if __name__ == "__main__":
    atexit.register(remove)
    pool = multiprocessing.Pool(1)
    pool.apply(task, (1,))
    pool.close()
    pool.join()
    print("saved" if os.path.exists("saved.txt") else "nothing was saved", flush=True)
