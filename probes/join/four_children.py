"""A process starts four children and then joins each: are they at work at once, and how long does it take?

In the control it joins each child before it starts the next.
"""

import os
import sys
import time
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import QUIET_TIME, TIMEOUT, check_in, main

SECONDS = {1: 0.4, 2: 0.24, 3: 0.16, 4: 0.08}
"""What each child's task takes, in the document's proportions."""


def task(address, number, seconds):
    line = check_in(address, str(number))
    line.serve()
    began = time.monotonic()
    time.sleep(seconds)  # the task itself
    line.send([began, time.monotonic()])


def parent(address, in_turn, tasks):
    """Start and join a child for each task, and say so beforehand; at last, how long each join() took."""
    line = check_in(address, "parent")
    children = [
        Process(target=task, args=(address,), kwargs=the_task, name=str(the_task["number"])) for the_task in tasks
    ]
    joins_took = []
    for child in children:
        line.send({"starts": child.name})
        child.start()
        if in_turn:
            joins_took.append(join(line, child))
    if not in_turn:
        joins_took = [join(line, child) for child in children]
    line.send({"done": joins_took})
    line.serve()


def join(line, child):
    line.send({"joins": child.name})
    began = time.monotonic()
    child.join()
    return time.monotonic() - began


class Watch:
    """What the probe knows of the parent and its children."""

    def __init__(self, arm, in_turn, seconds):
        tasks = [{"number": number, "seconds": seconds[number]} for number in SECONDS]
        Process(target=parent, args=(arm.address, in_turn, tasks)).start()
        self.arm = arm
        self.parent = arm.expect("parent")
        self.timeout = TIMEOUT / 2
        self.joins_took = []

    def rounds(self):
        """Those of its children who are new at work, whenever it waits: in a join(), or in a start() that does not
        return before the child's end."""
        started = []
        while True:
            said = self.hear(self.timeout if started else TIMEOUT)
            if said is None and not started:
                raise TimeoutError("the parent neither starts a child nor is it done")
            if said is None:
                self.timeout = QUIET_TIME  # from now on we know its start()
            elif "starts" in said:
                started.append(said["starts"])
                continue
            if started:
                yield [self.arm.expect(name) for name in started]
                started.clear()
            if said and "done" in said:
                self.joins_took = said["done"]
                return

    def hear(self, timeout):
        try:
            return self.parent.receive(timeout)
        except TimeoutError:
            return None


def order_of_ends(arm, in_turn):
    """Whenever the parent waits, its new children are told to end, the first of them as the last."""
    watch = Watch(arm, in_turn, dict.fromkeys(SECONDS, 0))
    at_once, ended_meanwhile = [], []
    for first, *others in watch.rounds():
        at_once.append(sum(child.answers() for child in (first, *others)))
        for child in reversed(others):
            child.leave()
            child.wait_end()
        goes_on = others and watch.hear(QUIET_TIME)
        ended_meanwhile.append(0 if goes_on else len(others))
        first.leave()
        first.wait_end()
    arm.record(at_work_at_once=at_once, ended_while_it_joins_the_first=ended_meanwhile)


def time_taken(arm, in_turn):
    """The children who are there are all told to do their tasks; from then until the parent is done with them all."""
    watch = Watch(arm, in_turn, SECONDS)
    told, all_of_them = None, []
    for children in watch.rounds():
        told = told or time.monotonic()
        for child in children:
            child.leave()
        all_of_them += children
    taken = time.monotonic() - told
    times = [child.connection.receive() for child in all_of_them]
    # By the tasks' own words: on a busy machine a child takes its time to begin and to end, whoever waits for it.
    work = [ended - began for began, ended in times]
    span = max(ended for _, ended in times) - min(began for began, _ in times)
    first, *later = watch.joins_took
    arm.record(taken=round(taken, 3), to_the_longest=taken / max(work))
    arm.record(tasks_to_the_longest=span / max(work), tasks_to_the_sum=span / sum(work))
    arm.record(first_join=first, later_joins=sum(later))


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
