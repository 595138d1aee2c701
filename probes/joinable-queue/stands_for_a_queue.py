"""A joinable queue in the place of a queue: it is given a bound, and each method of a queue is called.

One process is enough: what is looked at is the object, and no child has a part in it.
"""

import os
import sys
from multiprocessing import JoinableQueue, Queue, SimpleQueue

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import main
from _kit.checkin import PATIENCE


def outcome(method, *args):
    """What a call returns, or the name of the error that it raises."""
    try:
        return method(*args)
    except Exception as error:
        return type(error).__name__


def put(queue, item):
    return outcome(queue.put, item, False) or "put"


def fill(arm, joinable):
    """Put three items without waiting for room, take one out, and put another."""
    arm.record(
        put=[put(joinable, item) for item in range(3)],
        got=joinable.get(timeout=PATIENCE),
        put_then=put(joinable, 3),
    )


def bound_of_two(arm):
    fill(arm, JoinableQueue(2))


def no_bound(arm):
    fill(arm, JoinableQueue())


def methods(kind):
    return {name for name in dir(kind) if not name.startswith("_")}


def all_methods(arm):
    """What a queue's methods answer in one small story, from a queue and from a joinable one."""
    plain, joinable = Queue(), JoinableQueue()
    arm.record(
        lacking=sorted(name for name in methods(plain) if not callable(getattr(joinable, name, None))),
        more=sorted(methods(joinable) - methods(plain)),
        answers=answers(joinable),
        queues_answers=answers(plain),
    )


def answers(queue):
    story = [
        ("empty",),
        ("put", "first"),
        ("put_nowait", "second"),
        ("full",),
        ("qsize",),
        ("get", True, PATIENCE),
        ("get", True, PATIENCE),
        ("get_nowait",),
        ("empty",),
        ("close",),
        ("put", "third"),
        ("join_thread",),
        ("cancel_join_thread",),
    ]
    return [[name, outcome(getattr(queue, name, None), *args)] for name, *args in story]


def simple_queue(arm):
    """multiprocessing's third kind, which has not all of them."""
    simple = SimpleQueue()
    arm.record(answers=answers(simple), queues_answers=answers(Queue()))
    arm.record(has_put_nowait="put_nowait" in methods(simple))


if __name__ == "__main__":
    main(bound_of_two, no_bound, all_methods, simple_queue)
