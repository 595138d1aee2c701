"""The result of a pool's task is fetched after the with block of the pool, whose end terminates the workers.

In the control it is fetched inside the block. The task runs until the probe ends it, so it still runs at the end of the
block. After the end of its worker no process is left that could send the result.
"""

import os
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import Pool

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import QUIET_TIME, TIMEOUT, check_in, hangs, main, table


def work(address, number):
    check_in(address, "worker").serve()
    return number * number


def after_the_block(arm):
    arm.launch(program, "after the block")
    parent = arm.expect("program")
    worker = arm.expect("worker")
    arm.expect("in the block").leave()

    def ended():
        return worker.read_state() in ("zombie", "gone")

    def waits_for_result():
        return not {"multiprocessing/pool.py:get", "multiprocessing/pool.py:join"}.isdisjoint(parent.call("look")[3])

    table.wait_for(lambda: ended() or waits_for_result(), TIMEOUT, "the end of the block")
    terminated = ended()
    worker.leave()
    arm.record(result=hangs.outcome(arm, parent, longest_wait=QUIET_TIME if terminated else TIMEOUT))
    parent.leave()
    parent.wait_end()


def inside_the_block(arm):
    fetch(arm, "inside the block")


def get_inside_the_block(arm):
    fetch(arm, "inside the block")


def close_and_join(arm):
    fetch(arm, "close and join")


def executor(arm):
    fetch(arm, "executor")


def fetch(arm, way):
    arm.launch(program, way)
    parent = arm.expect("program")
    arm.expect("worker").leave()
    arm.record(result=hangs.outcome(arm, parent, longest_wait=TIMEOUT))
    parent.leave()
    parent.wait_end()


def program(address, way):
    hangs.call(address, "program", WAYS[way], address)


def get_after_block(address):
    with Pool(1) as pool:
        task = pool.apply_async(work, (address, 3))
        check_in(address, "in the block").serve()
    return task.get()


def get_in_block(address):
    # --8<-- [start:get-inside-the-block]
    with Pool(1) as pool:
        task = pool.apply_async(work, (address, 3))
        result = task.get()  # waits for the result while the workers still run
    # --8<-- [end:get-inside-the-block]
    return result


def get_after_join(address):
    # --8<-- [start:close-and-join]
    with Pool(1) as pool:
        task = pool.apply_async(work, (address, 3))
        pool.close()  # no more tasks
        pool.join()  # waits until all tasks are done
    result = task.get()
    # --8<-- [end:close-and-join]
    return result


def get_from_executor(address):
    # --8<-- [start:executor]
    with ProcessPoolExecutor(1) as executor:
        task = executor.submit(work, address, 3)
    result = task.result()  # the end of this block has waited for the task
    # --8<-- [end:executor]
    return result


WAYS = {
    "after the block": get_after_block,
    "inside the block": get_in_block,
    "close and join": get_after_join,
    "executor": get_from_executor,
}


if __name__ == "__main__":
    main(after_the_block, inside_the_block, get_inside_the_block, close_and_join, executor)
