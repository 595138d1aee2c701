"""An object that keeps a Pool in an attribute gives one of its own methods to this pool."""

import os
import sys
from multiprocessing import Pool

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import main, symptoms


class Job:
    """A class whose methods are tasks, and whose objects may keep the pool for them in an attribute."""

    def __init__(self, pool=None):
        self.factor = 3
        self.pool = pool

    def multiply(self, number):
        return self.factor * number


# --8<-- [start:leave-the-pool-out]
class PicklableJob(Job):
    def __getstate__(self):
        return {**self.__dict__, "pool": None}  # the copy in the worker needs no pool


# --8<-- [end:leave-the-pool-out]


# --8<-- [start:task-at-module-level]
def multiply(factor, number):
    return factor * number


# --8<-- [end:task-at-module-level]


def keeps_its_pool(arm):
    with Pool(1) as pool:
        each_form(arm, pool, Job(pool))


def not_in_an_attribute(arm):
    with Pool(1) as pool:
        each_form(arm, pool, Job())


def leave_the_pool_out(arm):
    # --8<-- [start:leave-the-pool-out]
    with Pool(1) as pool:
        job = PicklableJob(pool)
        results = job.pool.map(job.multiply, [5])
    # --8<-- [end:leave-the-pool-out]
    arm.record(results=results)


def pool_in_a_variable(arm):
    # --8<-- [start:pool-in-a-variable]
    job = Job()  # does not keep the pool
    with Pool(1) as pool:
        results = pool.map(job.multiply, [5])
    # --8<-- [end:pool-in-a-variable]
    arm.record(results=results)


def task_at_module_level(arm):
    # --8<-- [start:task-at-module-level]
    with Pool(1) as pool:
        job = Job(pool)
        # the values that the task needs, not the object that holds the pool
        results = job.pool.starmap(multiply, [(job.factor, 5)])
    # --8<-- [end:task-at-module-level]
    arm.record(results=results)


def each_form(arm, pool, job):
    """Record what each form of a pool's call returns or raises."""
    record(arm, "apply", lambda: pool.apply(job.multiply, (5,)))
    record(arm, "map", lambda: pool.map(job.multiply, [5])[0])
    record(arm, "imap", lambda: next(pool.imap(job.multiply, [5])))


def record(arm, form, action):
    try:
        arm.record(**{form: action()})
    except Exception as error:
        arm.record(**{form: type(error).__name__})
        arm.symptom(**symptoms.raised(error, "parent"))


if __name__ == "__main__":
    main(keeps_its_pool, not_in_an_attribute, leave_the_pool_out, pool_in_a_variable, task_at_module_level)
