"""A task of a pool, and of an executor, ends with sys.exit(); in the controls, with an error.

The pool has one worker, and a second task: when its result has arrived, no process is left that could deliver the first
one's. The executor belongs to a program that runs to its end.
"""

import os
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import Pool, current_process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, hangs, main, result_of_task, run_program


# --8<-- [start:error-instead-of-exit]
def leave(code):
    sys.exit(code)


# --8<-- [end:error-instead-of-exit]


def fail(code):
    raise ValueError(f"code {code}")


def name_of_worker():
    return current_process().name


# --8<-- [start:error-instead-of-exit]
def leave_with_an_error(code):
    try:
        return leave(code)
    except SystemExit as error:
        raise RuntimeError(f"the task has called sys.exit({error.code})") from None


# --8<-- [end:error-instead-of-exit]


def pool_exits(arm):
    use_pool(arm, leave)


def pool_fails(arm):
    use_pool(arm, fail)


def use_pool(arm, work):
    with Pool(1) as pool:
        before = pool.apply(name_of_worker)
        task = pool.apply_async(work, (3,))
        after = pool.apply_async(name_of_worker).get(TIMEOUT)
        arm.record(worker="the same" if before == after else "another", result=result_of_task(task))
        if arm.facts["result"] == "nothing":
            hangs.record_wait(arm, task.get, "multiprocessing/pool.py:wait")


def executor_exits(arm):
    end = use_executor(arm, ask_for_exit)
    if not end.errors and end.exit_code == 3:
        arm.symptom("silence", "parent", text="the program ends with the exit code of the task, and nothing is printed")


def executor_fails(arm):
    use_executor(arm, ask_for_error)


def use_executor(arm, function):
    end = run_program(arm, function)
    last = end.errors[-1].partition(":")[0] if end.errors else "nothing"
    arm.record(exit_code=end.exit_code, printed=last, goes_on="goes on" in end.lines)
    return end


def ask_for_exit(_address):
    ask(leave)


def ask_for_error(_address):
    ask(fail)


def ask(work):
    with ProcessPoolExecutor(1) as executor:
        executor.submit(work, 3).result()
    print("goes on", flush=True)


def error_instead_of_exit(arm):
    arm.record(pool=error_seen(ask_pool), executor=error_seen(ask_executor))


def ask_pool():
    # --8<-- [start:error-instead-of-exit]
    with Pool(1) as pool:
        pool.apply(leave_with_an_error, (3,))  # raises the RuntimeError
    # --8<-- [end:error-instead-of-exit]


def ask_executor():
    with ProcessPoolExecutor(1) as executor:
        executor.submit(leave_with_an_error, 3).result(TIMEOUT)


def error_seen(action):
    try:
        action()
    except (Exception, SystemExit) as error:
        return type(error).__name__
    return "none"


if __name__ == "__main__":
    main(pool_exits, pool_fails, executor_exits, executor_fails, error_instead_of_exit)
