"""A daemonic process makes a pool of its own. Sound: process_in_pool_worker_ok."""

import multiprocessing
import sys


class Scheduler(multiprocessing.Process):
    def __init__(self):
        super().__init__(daemon=True)

    def run(self):
        with multiprocessing.Pool(1) as pool:  # cause: daemon-has-children
            pool.apply(abs, (1,))


if __name__ == "__main__":
    scheduler = Scheduler()
    scheduler.start()
    scheduler.join()
    sys.exit(scheduler.exitcode)
