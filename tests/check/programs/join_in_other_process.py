"""A child joins a Process object that it has inherited; only the parent may. Under fork: the object is not pickled."""

import multiprocessing
import sys
import time

first = None


def sleep():
    time.sleep(0.5)


def watch():
    first.join()  # cause: not-a-child-of-this-process under fork


if __name__ == "__main__":
    if multiprocessing.get_start_method() == "fork":
        first = multiprocessing.Process(target=sleep)
        first.start()
        second = multiprocessing.Process(target=watch)
        second.start()
        second.join()
        first.join()
        sys.exit(second.exitcode)
