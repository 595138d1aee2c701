"""The same as logging_in_main.py; each worker configures its logging."""

import logging
import multiprocessing
import sys

log = logging.getLogger("app.worker")


def configure():
    logging.basicConfig(stream=sys.stdout, level=logging.INFO, format="%(message)s")


def work(number):
    log.info("number %d", number)
    log.debug("nobody wants to know this")
    return number


def main():
    configure()
    log.info("begin")
    with multiprocessing.Pool(1, initializer=configure) as pool:
        pool.map(work, [1])
        pool.close()
        pool.join()


if __name__ == "__main__":
    main()
