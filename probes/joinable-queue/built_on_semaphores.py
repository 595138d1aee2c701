"""What join() waits for: a semaphore that counts the items not done, and a condition that tells when there is none.

A mark waits for the condition, and what is taken off the semaphore needs no mark. The control does the same to a
semaphore and a condition of the same kind which are no parts of the queue.
"""

import os
import sys
from multiprocessing import Condition, JoinableQueue, Process, Semaphore

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import main
from _kit.checkin import A_WHILE, PATIENCE
from _kit.waits import begin, outcome, serve_calls


def user(address, name, queue):
    def join():
        queue.join()
        return "comes back"

    def task_done():
        queue.task_done()
        return "marked"

    serve_calls(address, name, join=join, task_done=task_done)


def with_users(arm):
    """A queue with two items that are not done, one who waits for them, and one who marks."""
    queue = JoinableQueue()
    for item in range(2):
        queue.put(item)
    for name in "joiner", "marker":
        Process(target=user, args=(arm.address, name, queue)).start()
    return queue, arm.expect("joiner"), arm.expect("marker")


def handle(arm, joiner, marker, semaphore, condition, marks, joins):
    """Mark one item while the condition is held, and take the other off the semaphore; ``marks`` and ``joins`` are the
    patiences for the two calls."""
    begin(joiner, "join")
    with condition:
        begin(marker, "task_done")
        arm.record(mark_while_condition_is_held=outcome(marker, marks))
        arm.record(semaphore_counted=semaphore.acquire(block=False))
    if arm.facts["mark_while_condition_is_held"] == "waits":
        arm.record(mark_then=outcome(marker))
    arm.record(join=outcome(joiner, joins))


def experiment(arm):
    queue, joiner, marker = with_users(arm)
    handle(arm, joiner, marker, queue._unfinished_tasks, queue._cond, A_WHILE, PATIENCE)


def control(arm):
    queue, joiner, marker = with_users(arm)
    handle(arm, joiner, marker, Semaphore(2), Condition(), PATIENCE, A_WHILE)
    queue.task_done()  # the one that is left: let the joiner go


if __name__ == "__main__":
    main(experiment, control)
