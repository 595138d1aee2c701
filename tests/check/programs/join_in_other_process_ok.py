"""The same as join_in_other_process.py; the parent joins both."""

import multiprocessing
import sys
import time


def sleep():
    time.sleep(0.5)


def watch():
    pass


if __name__ == "__main__":
    if multiprocessing.get_start_method() == "fork":
        first = multiprocessing.Process(target=sleep)
        first.start()
        second = multiprocessing.Process(target=watch)
        second.start()
        second.join()
        first.join()
        sys.exit(second.exitcode)
