"""The same as environment_set_late.py, with the variable set before the first child."""

import multiprocessing
import os


def answer(number):
    return number, os.getenv("MODE_OF_TEST", "none")


class Job:
    def warm_up(self):
        os.environ.update(MODE_OF_TEST="late")
        with multiprocessing.Pool(1) as pool:
            pool.apply(abs, (1,))

    def run(self):
        with multiprocessing.Pool(1) as pool:
            return pool.apply(answer, (1,))


if __name__ == "__main__":
    job = Job()
    job.warm_up()
    print(job.run(), flush=True)
