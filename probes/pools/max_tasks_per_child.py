"""An executor replaces its workers after two tasks each, and has more tasks than that.

All tasks are submitted before the first one ends, because that is when some Pythons do not replace the worker. The
program still waits for its results when the worker has ended and the executor's thread has dealt with that.
"""

import os
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import Pool

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import QUIET_TIME, TIMEOUT, check_in, hangs, main, table


def work(address, number):
    if number == 0:
        check_in(address, "worker").serve()
    return number * number


def with_limit(arm):
    run(arm, "limit")


def without_limit(arm):
    run(arm, "no limit")


def pool(arm):
    run(arm, "pool")


def executor_per_batch(arm):
    run(arm, "batches")


def run(arm, way):
    arm.launch(program, way)
    parent = arm.expect("program")
    worker = arm.expect("worker")
    if way in ("limit", "no limit"):
        arm.expect("all submitted").leave()
    worker.leave()
    if way == "limit":
        worker.wait_end()
        table.wait_for(lambda: parent.call("look")[0] or parent.call("worker_ended", worker.pid), TIMEOUT, "replacing")
        replaced = parent.call("look")[0] or parent.call("workers") > 0
        arm.record(worker_replaced=replaced)
    else:
        replaced = True
    arm.record(results=hangs.outcome(arm, parent, longest_wait=TIMEOUT if replaced else QUIET_TIME))
    parent.leave()
    parent.wait_end()


def program(address, way):
    executors = []

    def worker_ended(pid):
        """Return whether the executor's thread has removed this worker, and waits for the next event."""
        executor = executors[0]
        thread = executor._executor_manager_thread
        if thread is None or pid in (executor._processes or ()):
            return False
        return "multiprocessing/connection.py:wait" in hangs.stack_of(thread.ident)

    def workers():
        return len(executors[0]._processes or ())

    actions = {"worker_ended": worker_ended, "workers": workers}
    hangs.call(address, "program", WAYS[way], address, executors, actions=actions)


def executor_with_limit(address, executors):
    return squares(address, executors, ProcessPoolExecutor(1, max_tasks_per_child=2))


def executor_without_limit(address, executors):
    return squares(address, executors, ProcessPoolExecutor(1))


def squares(address, executors, executor):
    executors.append(executor)
    with executor:
        tasks = [executor.submit(work, address, number) for number in range(5)]
        check_in(address, "all submitted").serve()
        return [task.result() for task in tasks]


def squares_from_pool(address, _executors):
    # --8<-- [start:pool]
    with Pool(1, maxtasksperchild=2) as pool:
        tasks = [pool.apply_async(work, (address, number)) for number in range(5)]
        results = [task.get() for task in tasks]
    # --8<-- [end:pool]
    return results


def squares_in_batches(address, _executors):
    # --8<-- [start:executor-per-batch]
    results = []
    for batch in ([0, 1], [2, 3], [4]):
        with ProcessPoolExecutor(1) as executor:  # new workers for each batch
            tasks = [executor.submit(work, address, number) for number in batch]
        results += [task.result() for task in tasks]
    # --8<-- [end:executor-per-batch]
    return results


WAYS = {
    "limit": executor_with_limit,
    "no limit": executor_without_limit,
    "pool": squares_from_pool,
    "batches": squares_in_batches,
}


if __name__ == "__main__":
    main(with_limit, without_limit, pool, executor_per_batch)
