"""A task of a pool runs until the probe ends it. In the meantime the program asks for its result."""

import multiprocessing
import os
import sys
from multiprocessing import Pool

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import QUIET_TIME, TIMEOUT, check_in, main, symptoms


def work(address, number):
    check_in(address, "task").serve()
    return number * number


def while_it_runs(arm):
    with Pool(1) as pool:
        result = pool.apply_async(work, (arm.address, 3))
        task = arm.expect("task")
        ask(arm, result, QUIET_TIME)
        arm.record(task_runs=task.answers())
        task.leave()
        arm.record(later=result.get(TIMEOUT))


def when_it_has_ended(arm):
    with Pool(1) as pool:
        result = pool.apply_async(work, (arm.address, 3))
        task = arm.expect("task")
        task.leave()
        result.wait(TIMEOUT)
        ask(arm, result, TIMEOUT)


def ask(arm, result, timeout):
    arm.record(ready=result.ready())
    try:
        successful = result.successful()
    except ValueError as error:
        successful = type(error).__name__
        arm.symptom(**symptoms.raised(error, "parent"))
    arm.record(successful=successful)
    try:
        got = result.get(timeout)
    except multiprocessing.TimeoutError as error:
        got = type(error).__name__
        arm.symptom(**symptoms.raised(error, "parent"))
    arm.record(get=got)


def terminate_the_pool(arm):
    address, longest = arm.address, QUIET_TIME
    # --8<-- [start:terminate-the-pool]
    with Pool(1) as pool:
        result = pool.apply_async(work, (address, 3))
        # --8<-- [end:terminate-the-pool]
        task = arm.expect("task")
        # --8<-- [start:terminate-the-pool]
        try:
            result.get(timeout=longest)
        except multiprocessing.TimeoutError:
            pool.terminate()  # ends the worker with its task
    # --8<-- [end:terminate-the-pool]
    arm.record(task_runs=task.answers())


# The type of the error


def caught_as_built_in(arm):
    with Pool(1) as pool:
        result = pool.apply_async(work, (arm.address, 3))
        task = arm.expect("task")
        try:
            try:
                result.get(timeout=0)
            except TimeoutError:
                arm.record(caught_by="except TimeoutError")
        except Exception as error:
            arm.record(caught_by="another clause")
            arm.symptom(**symptoms.raised(error, "parent"))
        task.leave()
        result.get(TIMEOUT)


def caught_by_its_own_name(arm):
    with Pool(1) as pool:
        result = pool.apply_async(work, (arm.address, 3))
        task = arm.expect("task")
        caught = "another clause"
        # --8<-- [start:its-own-name]
        try:
            result.get(timeout=0)
        except multiprocessing.TimeoutError:
            caught = "except multiprocessing.TimeoutError"
        # --8<-- [end:its-own-name]
        arm.record(caught_by=caught)
        task.leave()
        result.get(TIMEOUT)


if __name__ == "__main__":
    main(while_it_runs, when_it_has_ended, terminate_the_pool, caught_as_built_in, caught_by_its_own_name)
