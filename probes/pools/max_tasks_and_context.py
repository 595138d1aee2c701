"""An executor gets max_tasks_per_child together with the context of fork; in the control, without a context.

The name of a worker shows how it was started.
"""

import multiprocessing
import os
import sys
from concurrent.futures import ProcessPoolExecutor

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, error_of, main


# --8<-- [start:spawn-context]
# --8<-- [start:pool]
def kind_of_worker():
    return multiprocessing.current_process().name.partition("-")[0]


# --8<-- [end:pool]
# --8<-- [end:spawn-context]


def fork_context(arm):
    run(arm, mp_context=multiprocessing.get_context("fork"))


def without_context(arm):
    run(arm)


def run(arm, **context):
    workers = []

    def use():
        with ProcessPoolExecutor(1, max_tasks_per_child=1, **context) as executor:
            workers.append(executor.submit(kind_of_worker).result(TIMEOUT))

    arm.record(error=error_of(arm, use), worker=workers[0] if workers else "none")


def spawn_context(arm):
    # --8<-- [start:spawn-context]
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context, max_tasks_per_child=1) as executor:
        worker = executor.submit(kind_of_worker).result()
    # --8<-- [end:spawn-context]
    arm.record(error="none", worker=worker)


def pool(arm):
    # --8<-- [start:pool]
    with multiprocessing.get_context("fork").Pool(1, maxtasksperchild=1) as pool:
        worker = pool.apply(kind_of_worker)
    # --8<-- [end:pool]
    arm.record(error="none", worker=worker)


if __name__ == "__main__":
    main(fork_context, without_context, spawn_context, pool)
