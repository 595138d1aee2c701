"""Results of map(), imap() and imap_unordered(): when the first task takes the longest time, when one task fails, and
when nothing else refers to the pool.

The first task runs until the probe ends it.
"""

import gc
import multiprocessing
import os
import sys
import weakref
from functools import partial
from multiprocessing import Pool

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import QUIET_TIME, TIMEOUT, check_in, main, symptoms


def work(address, number):
    if number == 0:
        check_in(address, "first task").serve()
    return number


# --8<-- [start:unordered-with-numbers]
def work_with_number(address, number):
    return number, work(address, number)  # its argument together with its result


# --8<-- [end:unordered-with-numbers]
# --8<-- [start:error-as-a-result]
def try_invert(number):
    try:
        return invert(number)
    except ArithmeticError as error:
        return error


# --8<-- [end:error-as-a-result]


def invert(number):
    return 12 // number


# The order of the results


def imap_in_order(arm):
    with Pool(2) as pool:
        results = pool.imap(partial(work, arm.address), [0, 1])
        first = arm.expect("first task")
        arm.record(while_first_runs=take(results, QUIET_TIME))
        first.leave()
        arm.record(then=list(results))


def imap_as_ready(arm):
    with Pool(2) as pool:
        results = pool.imap_unordered(partial(work, arm.address), [0, 1])
        first = arm.expect("first task")
        arm.record(while_first_runs=take(results, TIMEOUT))
        first.leave()
        arm.record(then=list(results))


def unordered_with_numbers(arm):
    address = arm.address
    with Pool(2) as pool:
        # --8<-- [start:unordered-with-numbers]
        results = pool.imap_unordered(partial(work_with_number, address), [0, 1])
        done = {}
        for number, result in results:  # in the order in which the tasks end
            done[number] = result
            # --8<-- [end:unordered-with-numbers]
            if len(done) == 1:
                arm.record(while_first_runs=number)
                arm.expect("first task").leave()
        arm.record(then=[done[0]])


def take(results, timeout):
    try:
        return results.next(timeout)
    except multiprocessing.TimeoutError:
        return "TimeoutError"


# The pool that belongs to the iterator


def only_the_iterator(arm):
    pool = Pool(2)
    results = pool.imap(invert, [12, 6, 4])
    weak = weakref.ref(pool)
    del pool
    gc.collect()  # PyPy would keep it
    arm.record(results=take_all(results))
    if (pool := weak()) is not None:
        pool.terminate()  # and not at the exit of the interpreter, where PyPy hangs


def pool_is_terminated(arm):
    pool = Pool(2)
    results = pool.imap(partial(work, arm.address), [0, 1])
    arm.expect("first task")
    pool.terminate()
    arm.record(results=take_all(results, QUIET_TIME))


def take_all(results, timeout=TIMEOUT):
    found = []
    while not found or found[-1] != "TimeoutError":
        try:
            found.append(take(results, timeout))
        except StopIteration:
            break
    return found


# A task that fails


def map_with_an_error(arm):
    with Pool(1) as pool:
        iterate(arm, lambda: pool.map(invert, [1, 0, 2, 3]))


def map_without_an_error(arm):
    with Pool(1) as pool:
        iterate(arm, lambda: pool.map(invert, [1, 2, 3]))


def imap_in_chunks(arm):
    with Pool(1) as pool:
        results = pool.imap(invert, [1, 2, 4, 0, 2, 3], chunksize=2)
        iterate(arm, lambda: results)
        arm.record(after=list(results), has_next_with_timeout=hasattr(results, "next"))


def imap_one_by_one(arm):
    with Pool(1) as pool:
        results = pool.imap(invert, [1, 2, 4, 0, 2, 3])
        iterate(arm, lambda: results)
        arm.record(after=list(results), has_next_with_timeout=hasattr(results, "next"))


def iterate(arm, action):
    """Record the results up to the first error, and the error."""
    found, kind = [], "none"
    try:
        for result in action():
            found.append(result)
    except Exception as error:
        kind = type(error).__name__
        arm.symptom(**symptoms.raised(error, "parent"))
    arm.record(results=found, error=kind)


def ask_for_each_result(arm):
    with Pool(1) as pool:
        # --8<-- [start:ask-for-each-result]
        found, errors = [], []
        results = pool.imap(invert, [1, 0, 2, 3])  # without a chunksize
        while True:
            try:
                found.append(next(results))
            except StopIteration:
                break
            except ArithmeticError as error:  # the error of one task; the next result is asked for
                errors.append(error)
    # --8<-- [end:ask-for-each-result]
    arm.record(results=found, errors=len(errors))


def error_as_a_result(arm):
    with Pool(1) as pool:
        # --8<-- [start:error-as-a-result]
        results = pool.map(try_invert, [1, 0, 2, 3])
        found = [result for result in results if not isinstance(result, Exception)]
        # --8<-- [end:error-as-a-result]
    arm.record(results=found, errors=len(results) - len(found))


if __name__ == "__main__":
    main(
        imap_in_order,
        imap_as_ready,
        unordered_with_numbers,
        only_the_iterator,
        pool_is_terminated,
        map_with_an_error,
        map_without_an_error,
        imap_in_chunks,
        imap_one_by_one,
        ask_for_each_result,
        error_as_a_result,
    )
