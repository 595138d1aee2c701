"""join() waits on a semaphore that counts the unfinished items, and on a condition that is notified at zero.

task_done() waits while the condition's lock is held, and decrementing the semaphore replaces a call of task_done(). The
control uses a semaphore and a condition of the same kind that are not parts of the queue.
"""

import os
import sys
from multiprocessing import Condition, JoinableQueue, Process, Semaphore

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import QUIET_TIME, TIMEOUT, blocking_calls, main


def user(address, name, queue):
    def join():
        queue.join()
        return "comes back"

    def task_done():
        queue.task_done()
        return "marked"

    blocking_calls.serve(address, name, join=join, task_done=task_done)


def start_users(arm):
    """Return a queue with two unfinished items, and two processes: one to call join(), one to call task_done()."""
    queue = JoinableQueue()
    for item in range(2):
        queue.put(item)
    for name in "joiner", "marker":
        Process(target=user, args=(arm.address, name, queue)).start()
    return queue, arm.expect("joiner"), arm.expect("marker")


def use_parts(arm, joiner, marker, semaphore, condition, mark_timeout, join_timeout):
    """Call task_done() once while the condition is held, and decrement the semaphore once in place of another call."""
    blocking_calls.begin(joiner, "join")
    with condition:
        blocking_calls.begin(marker, "task_done")
        arm.record(mark_while_condition_is_held=blocking_calls.outcome(marker, mark_timeout))
        arm.record(semaphore_counted=semaphore.acquire(block=False))
    if arm.facts["mark_while_condition_is_held"] == "waits":
        arm.record(mark_then=blocking_calls.outcome(marker))
    arm.record(join=blocking_calls.outcome(joiner, join_timeout))


def experiment(arm):
    queue, joiner, marker = start_users(arm)
    use_parts(arm, joiner, marker, queue._unfinished_tasks, queue._cond, QUIET_TIME, TIMEOUT)


def control(arm):
    queue, joiner, marker = start_users(arm)
    use_parts(arm, joiner, marker, Semaphore(2), Condition(), TIMEOUT, QUIET_TIME)
    queue.task_done()  # for the second item, so that join() returns


if __name__ == "__main__":
    main(experiment, control)
