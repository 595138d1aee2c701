"""A process starts four children and then joins each: do they work at the same time, and how long does it take?

In the control it joins each child before it starts the next.
"""

import os
import sys
import time
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import QUIET_TIME, TIMEOUT, check_in, main

SECONDS = {1: 0.4, 2: 0.24, 3: 0.16, 4: 0.08}
"""The duration of each child's task, in the document's proportions."""
LONGER = (1, 2, 4)
"""The tasks take so many times as long, one number after the other, until the machine delays none of them by much."""
DELAY = 0.1
"""So much, as a part of the longest task: a task is delayed by what it takes longer than the time that it sleeps."""


def task(address, number, seconds):
    connection = check_in(address, str(number))
    connection.serve()
    began = time.monotonic()
    time.sleep(seconds)  # the task itself
    connection.send([began, time.monotonic()])


def parent(address, in_turn, tasks):
    """Start and join a child for each task, report each step before it, and finally the duration of each join()."""
    connection = check_in(address, "parent")
    children = [
        Process(target=task, args=(address,), kwargs=the_task, name=str(the_task["number"])) for the_task in tasks
    ]
    joins_took = []
    for child in children:
        connection.send({"starts": child.name})
        child.start()
        if in_turn:
            joins_took.append(join(connection, child))
    if not in_turn:
        joins_took = [join(connection, child) for child in children]
    connection.send({"done": joins_took})
    connection.serve()


def join(connection, child):
    connection.send({"joins": child.name})
    began = time.monotonic()
    child.join()
    return time.monotonic() - began


class Observer:
    """The parent and its children as the probe sees them."""

    def __init__(self, arm, in_turn, seconds):
        tasks = [{"number": number, "seconds": seconds[number]} for number in SECONDS]
        Process(target=parent, args=(arm.address, in_turn, tasks)).start()
        self.arm = arm
        self.parent = arm.expect("parent")
        self.timeout = TIMEOUT / 2
        self.joins_took = []

    def rounds(self):
        """Yield the children that have started to work since the last time, whenever the parent waits.

        The parent waits in a join(), or in a start() that does not return before the child's end.
        """
        started = []
        while True:
            message = self.receive(self.timeout if started else TIMEOUT)
            if message is None and not started:
                raise TimeoutError("the parent neither starts a child nor has it finished")
            if message is None:
                self.timeout = QUIET_TIME  # its start() is one that waits
            elif "starts" in message:
                started.append(message["starts"])
                continue
            if started:
                yield [self.arm.expect(name) for name in started]
                started.clear()
            if message and "done" in message:
                self.joins_took = message["done"]
                return

    def receive(self, timeout):
        try:
            return self.parent.receive(timeout)
        except TimeoutError:
            return None


def order_of_ends(arm, in_turn):
    """Whenever the parent waits, end its new children, in reverse order."""
    observer = Observer(arm, in_turn, dict.fromkeys(SECONDS, 0))
    at_once, ended_in_first_join = [], []
    for first, *others in observer.rounds():
        at_once.append(sum(child.answers() for child in (first, *others)))
        for child in reversed(others):
            child.leave()
            child.wait_end()
        goes_on = others and observer.receive(QUIET_TIME)
        ended_in_first_join.append(0 if goes_on else len(others))
        first.leave()
        first.wait_end()
    arm.record(at_work_at_once=at_once, ended_while_it_joins_the_first=ended_in_first_join)


def time_taken(arm, in_turn):
    """Have all children do their tasks, with longer tasks on a busy machine, and record the last attempt."""
    for factor in LONGER:
        seconds = {number: each * factor for number, each in SECONDS.items()}
        facts, delay = attempt(arm, in_turn, seconds)
        if delay <= DELAY * max(seconds.values()):
            break
    arm.record(**facts)


def attempt(arm, in_turn, seconds):
    """Measure the time from the first task's beginning until the parent has joined all children."""
    observer = Observer(arm, in_turn, seconds)
    began_at, all_children = None, []
    for children in observer.rounds():
        began_at = began_at or time.monotonic()
        for child in children:
            child.leave()
        all_children += children
    taken = time.monotonic() - began_at
    times = {int(child.name): child.connection.receive() for child in all_children}
    # Measured by the tasks themselves, because on a busy machine the start and the end of a child take time too.
    work = {number: ended - began for number, (began, ended) in times.items()}
    span = max(ended for _, ended in times.values()) - min(began for began, _ in times.values())
    first, *later = observer.joins_took
    longest = max(work.values())
    facts = {
        "taken": round(taken, 3),
        "to_the_longest": taken / longest,
        "tasks_to_the_longest": span / longest,
        "tasks_to_the_sum": span / sum(work.values()),
        "first_join": first,
        "later_joins": sum(later),
    }
    return facts, max(work[number] - seconds[number] for number in work)


def together(arm):
    order_of_ends(arm, in_turn=False)


def one_by_one(arm):
    order_of_ends(arm, in_turn=True)


def timed_together(arm):
    time_taken(arm, in_turn=False)


def timed_one_by_one(arm):
    time_taken(arm, in_turn=True)


if __name__ == "__main__":
    main(together, one_by_one, timed_together, timed_one_by_one)
