"""A task of an executor runs until the probe ends it. In the meantime result() times out, and the program goes on.

The program is a process of its own, which makes its calls while the probe watches it: the end of the executor's block
waits for the task. In the control the task ends, and result() returns.
"""

import multiprocessing
import os
import sys
from concurrent.futures import ProcessPoolExecutor, TimeoutError  # noqa: A004  before Python 3.11, not the built-in one
from multiprocessing import Pool

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import QUIET_TIME, TIMEOUT, check_in, hangs, main, symptoms, table


def work(address, number):
    check_in(address, "task").serve()
    return number * number


def while_it_runs(arm):
    parent, task = begin(arm, "ask for a result that does not come")
    arm.expect("submitted").leave()
    after = arm.expect("after result()")
    record_asked(arm, after)
    after.leave()
    arm.record(block=hangs.outcome(arm, parent), task_runs=task.answers())
    task.leave()
    arm.record(block_after_the_task=hangs.outcome(arm, parent, longest_wait=TIMEOUT))
    end(parent)


def when_it_ends(arm):
    parent, task = begin(arm, "ask for a result that comes")
    task.leave()
    arm.expect("submitted").leave()
    after = arm.expect("after result()")
    record_asked(arm, after)
    after.leave()
    arm.record(block=hangs.outcome(arm, parent, longest_wait=TIMEOUT))
    end(parent)


def begin(arm, way):
    arm.launch(program, way)
    return arm.expect("program"), arm.expect("task")


def record_asked(arm, after):
    if after.details["symptom"]:
        arm.symptom(**after.details["symptom"])
    arm.record(result=after.details["result"], cancelled=after.details["cancelled"])


def end(parent):
    parent.leave()
    parent.wait_end()


def program(address, way):
    hangs.call(address, "program", WAYS[way], address)


def ask_for_a_while(address):
    return ask_in_block(address, QUIET_TIME)


def ask_until_it_comes(address):
    return ask_in_block(address, TIMEOUT)


def ask_in_block(address, longest):
    with ProcessPoolExecutor(1) as executor:
        task = executor.submit(work, address, 3)
        check_in(address, "submitted").serve()
        symptom = None
        try:
            result = task.result(timeout=longest)
        except TimeoutError as error:
            result, symptom = type(error).__name__, symptoms.raised(error, "parent")
        check_in(address, "after result()", result=result, symptom=symptom, cancelled=task.cancel()).serve()
    return "left"


# The fixes


def terminate_workers(arm):
    stop(arm, "terminate the workers")


def terminate_pool(arm):
    stop(arm, "terminate a pool")


def stop(arm, way):
    parent, task = begin(arm, way)
    arm.expect("submitted").leave()

    def has_ended():
        return task.read_state() in ("zombie", "gone")

    def waits_in_block():
        return "concurrent/futures/_base.py:__exit__" in parent.call("look")[3]

    # terminate_workers() does not wait for the end of the workers, and the block may be left before.
    table.wait_for(lambda: has_ended() or waits_in_block(), TIMEOUT, "the end of the task or of the block")
    block = hangs.outcome(arm, parent, where=None, longest_wait=TIMEOUT if has_ended() else QUIET_TIME)
    if block == "left":
        task.wait_end()
    arm.record(block=block, task_runs=not has_ended())
    end(parent)


def terminate_workers_in_block(address):
    longest = QUIET_TIME
    # --8<-- [start:terminate-workers]
    with ProcessPoolExecutor(1) as executor:
        task = executor.submit(work, address, 3)
        # --8<-- [end:terminate-workers]
        check_in(address, "submitted").serve()
        # --8<-- [start:terminate-workers]
        try:
            task.result(timeout=longest)
        except TimeoutError:
            executor.terminate_workers()  # Python 3.14 and newer; ends all tasks
    # --8<-- [end:terminate-workers]
    return "left"


def terminate_pool_in_block(address):
    longest = QUIET_TIME
    # --8<-- [start:pool]
    with Pool(1) as pool:  # the end of this block terminates the workers
        task = pool.apply_async(work, (address, 3))
        # --8<-- [end:pool]
        check_in(address, "submitted").serve()
        # --8<-- [start:pool]
        try:
            task.get(timeout=longest)
        except multiprocessing.TimeoutError:
            print("given up")
    # --8<-- [end:pool]
    return "left"


WAYS = {
    "ask for a result that does not come": ask_for_a_while,
    "ask for a result that comes": ask_until_it_comes,
    "terminate the workers": terminate_workers_in_block,
    "terminate a pool": terminate_pool_in_block,
}


if __name__ == "__main__":
    main(while_it_runs, when_it_ends, terminate_workers, terminate_pool)
