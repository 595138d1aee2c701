"""A class asks multiprocessing's pickler whether a job can be sent, and logs what it refuses."""

import logging
from multiprocessing import Pool
from multiprocessing.reduction import ForkingPickler


def double(number):
    return 2 * number


class Runner:
    def __init__(self, pool):
        self.pool = pool

    def run(self, job, number):
        try:
            ForkingPickler.dumps(job)
        except Exception:
            logging.exception("runs here")
            return job(number)
        return self.pool.apply(job, (number,))


if __name__ == "__main__":
    with Pool(1) as pool:
        runner = Runner(pool)
        print(runner.run(double, 4), runner.run(lambda number: number + 1, 4))
