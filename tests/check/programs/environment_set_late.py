"""os.environ is changed by update() in a method, after a pool has started the fork server."""

import multiprocessing
import os
import sys


def answer(number):
    return number, os.getenv("MODE_OF_TEST", "none")


class Job:
    def warm_up(self):
        with multiprocessing.Pool(1) as pool:
            pool.apply(abs, (1,))

    def run(self):
        os.environ.update(MODE_OF_TEST="late")  # cause: state-not-inherited under forkserver
        with multiprocessing.Pool(1) as pool:
            return pool.apply(answer, (1,))


if __name__ == "__main__":
    job = Job()
    job.warm_up()
    print(job.run(), flush=True)
    sys.exit(0)
