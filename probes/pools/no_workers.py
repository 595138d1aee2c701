"""A pool and an executor are made with as many workers as there are CPUs but one: on a machine with one CPU, none.

The probe says how many CPUs there are, so that the outcome does not depend on the machine.
"""

import os
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import Pool

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import error_of, main


def one_cpu(arm):
    make(arm, 1)


def two_cpus(arm):
    make(arm, 2)


def make(arm, cpus):
    set_cpu_count(cpus)
    arm.record(
        pool=error_of(arm, lambda: Pool(os.cpu_count() - 1).terminate()),
        executor=error_of(arm, lambda: ProcessPoolExecutor(os.cpu_count() - 1).shutdown()),
    )


def at_least_one(arm):
    set_cpu_count(1)
    # --8<-- [start:at-least-one]
    workers = max(1, os.cpu_count() - 1)
    pool = Pool(workers)
    executor = ProcessPoolExecutor(workers)
    # --8<-- [end:at-least-one]
    pool.terminate()
    pool.join()
    executor.shutdown()
    arm.record(pool="none", executor="none")


def set_cpu_count(cpus):
    """Have os.cpu_count() return this number in the rest of this process."""
    os.cpu_count = lambda: cpus


if __name__ == "__main__":
    main(one_cpu, two_cpus, at_least_one)
