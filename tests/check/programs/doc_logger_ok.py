"""The log of multiprocessing goes to standard error, for processes that take part in it."""

import logging
import multiprocessing


def work():
    multiprocessing.log_to_stderr(logging.WARNING).warning("doomed")


if __name__ == "__main__":
    multiprocessing.log_to_stderr(logging.WARNING)
    child = multiprocessing.Process(target=work)
    child.start()
    child.join()
