"""A worker is killed in the middle of its task: what happens to this task and to the next one?

Tested with a Pool and a ProcessPoolExecutor of one worker each.
"""

import os
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import Pool

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, check_in, main, table


def work(address, name):
    return check_in(address, name).serve()


def pool_and_killed(arm):
    use_pool(arm, kill)


def pool_and_left_alone(arm):
    use_pool(arm, leave)


def use_pool(arm, end):
    with Pool(1) as pool:
        first = pool.apply_async(work, (arm.address, "first task"))
        worker = arm.expect("first task")
        end(arm, worker)
        second = pool.apply_async(work, (arm.address, "second task"))
        successor = arm.expect("second task")
        successor.leave("done")
        # Results arrive in the order of the tasks: after the second one, the first one is there or never comes.
        second.wait(TIMEOUT)
        arm.record(second=result_of(second), first=result_of(first))
        arm.record(worker="the same" if successor.pid == worker.pid else "another")


def result_of(task):
    """Return the current result of a pool's task: its value, the name of its error, or ``nothing``."""
    if not task.ready():
        return "nothing"
    try:
        return task.get()
    except Exception as error:
        return type(error).__name__


def executor_and_killed(arm):
    use_executor(arm, kill)


def executor_and_left_alone(arm):
    use_executor(arm, leave)


def use_executor(arm, end):
    with ProcessPoolExecutor(1) as executor:
        first = executor.submit(work, arm.address, "first task")
        second = executor.submit(os.path.basename, "folder/done")
        end(arm, arm.expect("first task"))
        arm.record(first=outcome(first), second=outcome(second))
        try:
            third = outcome(executor.submit(os.path.basename, "folder/done"))
        except RuntimeError as error:
            third = f"submit() raised {type(error).__name__}"
        arm.record(third=third)


def outcome(future):
    error = future.exception(TIMEOUT)
    return future.result() if error is None else type(error).__name__


def kill(arm, worker):
    table.kill(worker.pid, worker.started)
    arm.event("first task", "killed", worker.pid)
    worker.wait_end()


def leave(arm, worker):
    worker.leave("done")


if __name__ == "__main__":
    main(pool_and_killed, pool_and_left_alone, executor_and_killed, executor_and_left_alone)
