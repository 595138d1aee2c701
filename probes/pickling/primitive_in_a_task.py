"""A lock or a queue is an argument of a pool's task, and not of a new process.

A pool's task is sent to a worker that already runs. The remedies give the object to the workers when they start, or use
a manager's object, which is a connection to the process that has it.
"""

import os
import sys
from multiprocessing import (
    Condition,
    Event,
    JoinableQueue,
    Lock,
    Manager,
    Pool,
    Process,
    Queue,
    SimpleQueue,
    Value,
)

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, main, symptoms

# --8<-- [start:initializer]
results = None


def set_up(queue):  # runs once in each worker
    global results
    results = queue


def put_square(number):
    results.put(number * number)


# --8<-- [end:initializer]


def put(queue, number):
    queue.put(number * number)


def take(lock):
    with lock:
        return 9


def queue_in_a_task(arm):
    with Pool(1) as pool:
        outcome(arm, lambda: pool.apply(put, (Queue(), 3)))


def lock_in_a_task(arm):
    with Pool(1) as pool:
        outcome(arm, lambda: pool.apply(take, (Lock(),)))


def others_in_a_task(arm):
    names = []
    with Pool(1) as pool:
        for thing in (Condition(), Event(), SimpleQueue(), JoinableQueue(), Value("i")):
            try:
                pool.apply(type, (thing,))
                names.append("none")
            except RuntimeError as error:
                names.append(str(error).split()[0])
    arm.record(named=names)


def queue_of_a_new_process(arm):
    queue = Queue()
    child = Process(target=put, args=(queue, 3))
    child.start()
    outcome(arm, lambda: queue.get(timeout=TIMEOUT))
    child.join()


def initializer(arm):
    # --8<-- [start:initializer]
    queue = Queue()
    with Pool(1, initializer=set_up, initargs=(queue,)) as pool:
        pool.apply(put_square, (3,))
        result = queue.get()  # inside the block, because its end terminates the workers
        # --8<-- [end:initializer]
    outcome(arm, lambda: result)


def manager(arm):
    # --8<-- [start:manager]
    with Manager() as shared, Pool(1) as pool:
        queue = shared.Queue()
        pool.apply(put, (queue, 3))
        result = queue.get()  # inside the block, because its end also ends the manager
        # --8<-- [end:manager]
    outcome(arm, lambda: result)


def outcome(arm, action):
    """Record what the action returns or raises."""
    try:
        arm.record(error="none", named="none", result=action())
    except RuntimeError as error:
        arm.record(error=type(error).__name__, named=str(error).split()[0])
        arm.symptom(**symptoms.raised(error, "parent"))


if __name__ == "__main__":
    main(queue_in_a_task, lock_in_a_task, others_in_a_task, queue_of_a_new_process, initializer, manager)
