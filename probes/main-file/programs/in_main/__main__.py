"""Run a function of this file in a child, or in a pool. The file is the __main__.py of a package, a folder or a zip."""

import multiprocessing
import os
import sys

sys.path.insert(0, os.environ["PROBE_KIT"])
from _kit import hangs


def square(number):
    print(f"the square is {number * number}", flush=True)
    return number * number


def square_in_a_child():
    child = context.Process(target=square, args=(3,))
    child.start()
    child.join()
    print("exit code", child.exitcode, flush=True)


def square_in_a_pool():
    with context.Pool(1) as pool:
        workers = pool._pool
        first = workers[0].pid
        # After the worker has failed to read its task, the pool starts another one, which gets no task.
        actions = {"replaced": lambda: [worker.pid for worker in workers] not in ([], [first])}
        hangs.call(os.environ["PROBE_ADDRESS"], "program", pool.map, square, [3], actions=actions)


if __name__ == "__main__":
    context = multiprocessing.get_context(os.environ["PROBE_START_METHOD"])
    if os.environ["PROBE_WAY"] == "pool":
        square_in_a_pool()
    else:
        square_in_a_child()
