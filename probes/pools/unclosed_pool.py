"""The code of a program ends while a task of its pool runs and another one waits. The pool is not closed.

The first task runs until the probe ends it. The second one writes a file.
"""

import os
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import Pool

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main


def first_task(address):
    check_in(address, "worker").serve()


def second_task(path):
    with open(path, "w", encoding="utf-8"):
        pass


def left_open(address, path):
    global pool
    pool = Pool(1)
    pool.apply_async(first_task, (address,))
    pool.apply_async(second_task, (path,))
    check_in(address, "program").serve()


def closed(address, path):
    pool = Pool(1)
    pool.apply_async(first_task, (address,))
    pool.apply_async(second_task, (path,))
    check_in(address, "program").serve()
    # --8<-- [start:close-and-join]
    pool.close()  # no more tasks
    pool.join()  # returns when all tasks have been done
    # --8<-- [end:close-and-join]


def executor_left_open(address, path):
    global executor
    executor = ProcessPoolExecutor(1)
    executor.submit(first_task, address)
    executor.submit(second_task, path)
    check_in(address, "program").serve()


def unclosed_pool(arm):
    path, program, worker = begin(arm, left_open)
    # The program does not wait for the task, which the probe has not ended.
    exit_code = arm.wait_exit_code(program)
    arm.record(exit_code=exit_code, second_task="done" if os.path.exists(path) else "lost")
    if exit_code == 0:
        arm.symptom("silence", "parent", text="tasks that were not finished are lost, and the exit code is 0")
        worker.wait_end()


def unclosed_executor(arm):
    end_first_task(arm, executor_left_open)


def close_and_join(arm):
    end_first_task(arm, closed)


def end_first_task(arm, function):
    path, program, worker = begin(arm, function)
    worker.leave()
    arm.record(exit_code=arm.wait_exit_code(program), second_task="done" if os.path.exists(path) else "lost")


def begin(arm, function):
    """Start the program, and let its code end once the first task runs."""
    path = os.path.join(arm.folder(), "written")
    program = arm.launch(function, path)
    peer = arm.expect("program")
    worker = arm.expect("worker")
    peer.leave()
    return path, program, worker


if __name__ == "__main__":
    main(unclosed_pool, unclosed_executor, close_and_join)
