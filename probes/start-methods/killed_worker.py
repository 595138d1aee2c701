"""A worker is killed in the middle of its task: what happens to this task and to the next one?

Tested with a Pool and a ProcessPoolExecutor of one worker each.
"""

import os
import sys
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import Pool

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, check_in, hangs, main, report_outcome, result_of_task, symptoms, table


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
        arm.record(second=result_of_task(second), first=result_of_task(first))
        if arm.facts["first"] == "nothing":
            hangs.record_wait(arm, first.get, "multiprocessing/pool.py:wait")
        # The system may give the pid of the first worker to its successor.
        same = (successor.pid, successor.started) == (worker.pid, worker.started)
        arm.record(worker="the same" if same else "another")


def executor_and_killed(arm):
    use_executor(arm, kill)


def executor_and_left_alone(arm):
    use_executor(arm, leave)


def use_executor(arm, end):
    with ProcessPoolExecutor(1) as executor:
        first = executor.submit(work, arm.address, "first task")
        second = executor.submit(os.path.basename, "folder/done")
        mapped = executor.map(os.path.basename, ["folder/done"])
        end(arm, arm.expect("first task"))
        arm.record(first=result_of_future(arm, first), second=result_of_future(arm, second))
        arm.record(mapped=outcome(arm, lambda: next(mapped)))
        try:
            third = result_of_future(arm, executor.submit(os.path.basename, "folder/done"))
        except RuntimeError as error:
            third = f"submit() raised {type(error).__name__}"
            arm.symptom(**symptoms.raised(error, "parent"))
        arm.record(third=third)


def result_of_future(arm, future):
    return outcome(arm, lambda: future.result(TIMEOUT))


def outcome(arm, action):
    try:
        return action()
    except BrokenProcessPool as error:
        arm.symptom(**symptoms.raised(error, "parent"))
        return type(error).__name__


# --8<-- [start:executor]
def run_task(task, *args):
    with ProcessPoolExecutor(1) as executor:
        try:
            return executor.submit(task, *args).result()
        except BrokenProcessPool:
            return "a worker was killed"


# --8<-- [end:executor]


# --8<-- [start:new-executor]
def run_task_again(task, *args, attempts=3):
    for _ in range(attempts):
        with ProcessPoolExecutor(1) as executor:  # a new one, because a broken one accepts no task
            try:
                return executor.submit(task, *args).result()
            except BrokenProcessPool:
                pass
    raise RuntimeError(f"{attempts} workers were killed")


# --8<-- [end:new-executor]


def executor(arm):
    arm.launch(program, "executor")
    kill(arm, arm.expect("first task"))
    record_result(arm)


def new_executor(arm):
    arm.launch(program, "new executor")
    kill(arm, arm.expect("first task"))
    arm.expect("first task").leave("done")
    record_result(arm)


def record_result(arm):
    parent = arm.expect("program")
    arm.record(result=parent.details["result"])
    parent.leave()
    parent.wait_end()


def program(address, way):
    action = run_task if way == "executor" else run_task_again
    report_outcome(address, "program", action, work, address, "first task")


def kill(arm, worker):
    table.kill(worker.pid, worker.started)
    arm.event("first task", "killed", worker.pid)
    worker.wait_end()


def leave(arm, worker):
    worker.leave("done")


if __name__ == "__main__":
    main(pool_and_killed, pool_and_left_alone, executor_and_killed, executor_and_left_alone, executor, new_executor)
