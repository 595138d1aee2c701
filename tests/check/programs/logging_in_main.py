"""Logging is configured under the main guard, and the messages of the workers are lost elsewhere than under fork."""

import logging
import multiprocessing
import sys

log = logging.getLogger("app.worker")


def work(number):
    log.info("number %d", number)
    return number


def main():
    logging.basicConfig(stream=sys.stdout, level=logging.INFO, format="%(message)s")  # cause: state-not-inherited under spawn, forkserver
    log.info("begin")
    with multiprocessing.Pool(1) as pool:
        pool.map(work, [1])
        pool.close()
        pool.join()


if __name__ == "__main__":
    main()
