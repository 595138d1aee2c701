"""A joinable queue replaces a queue: it accepts a maxsize, and each method of a queue is called.

One process is enough, because only the object is tested.
"""

import os
import sys
from multiprocessing import JoinableQueue, Queue, SimpleQueue

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, main


def outcome(method, *args):
    """Return the result of a call, or the name of the error that it raises."""
    try:
        return method(*args)
    except Exception as error:
        return type(error).__name__


def put(queue, item):
    return outcome(queue.put, item, False) or "put"


def fill(arm, joinable):
    """Put three items without waiting for room, take one, and put another."""
    arm.record(
        put=[put(joinable, item) for item in range(3)],
        got=joinable.get(timeout=TIMEOUT),
        put_then=put(joinable, 3),
    )


def bound_of_two(arm):
    fill(arm, JoinableQueue(2))


def no_bound(arm):
    fill(arm, JoinableQueue())


def methods(kind):
    return {name for name in dir(kind) if not name.startswith("_")}


def all_methods(arm):
    """Make the same sequence of calls to a queue and to a joinable queue."""
    plain, joinable = Queue(), JoinableQueue()
    arm.record(
        lacking=sorted(name for name in methods(plain) if not callable(getattr(joinable, name, None))),
        more=sorted(methods(joinable) - methods(plain)),
        answers=answers(joinable),
        queues_answers=answers(plain),
    )


def answers(queue):
    calls = [
        ("empty",),
        ("put", "first"),
        ("put_nowait", "second"),
        ("full",),
        ("qsize",),
        ("get",),
        ("get", True, TIMEOUT),
        ("get_nowait",),
        ("empty",),
        ("close",),
        ("put", "third"),
        ("join_thread",),
        ("cancel_join_thread",),
    ]
    return [[name, outcome(getattr(queue, name, None), *args)] for name, *args in calls]


def simple_queue(arm):
    """multiprocessing's third kind of queue, which does not have all of these methods."""
    simple = SimpleQueue()
    arm.record(answers=answers(simple), queues_answers=answers(Queue()))
    arm.record(has_put_nowait="put_nowait" in methods(simple))


if __name__ == "__main__":
    main(bound_of_two, no_bound, all_methods, simple_queue)
