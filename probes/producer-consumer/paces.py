"""How far one side of a queue gets ahead of the other: one is eager, the other takes each step when it is told to.

An eager producer fills the queue and then waits for the consumer; where nothing bounds the queue it never waits. An
eager consumer waits for the producer; where it does not wait in get() it asks again and again.
"""

import os
import sys
import threading
from multiprocessing import Process, Queue
from queue import Empty

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main, table
from _kit.checkin import PATIENCE

FEW, SMALL = 8, 1
MANY, LARGE = 200, 4096
"""So many items of so many bytes are more than a pipe holds by itself."""
ROOM = 3
LOOKS = 20
"""How often a side that seems to wait is looked at again."""


class Side:
    """A side at work: in a thread as fast as it may, or a step at a time."""

    def __init__(self, step, steps):
        self.step, self.steps = step, steps
        self.begun = self.done = 0

    def one(self):
        self.begun += 1
        result = self.step(self.done)
        self.done += 1
        return result

    def eagerly(self):
        def all_steps():
            while self.done < self.steps:
                self.one()

        threading.Thread(target=all_steps, daemon=True).start()

    def serve(self, address, name):
        check_in(address, name).serve(one=self.one, eagerly=self.eagerly, progress=lambda: [self.begun, self.done])


def producer(address, queue, items, size):
    Side(lambda number: queue.put([number, "x" * size]), items).serve(address, "producer")


def consumer(address, queue, items, waits):
    def take(_):
        while True:
            try:
                return queue.get(block=waits)[0]
            except Empty:
                side.begun += 1

    side = Side(take, items)
    side.serve(address, "consumer")


def both_sides(arm, room, items=FEW, size=SMALL, waits=True):
    queue = Queue(room)
    Process(target=producer, args=(arm.address, queue, items, size)).start()
    Process(target=consumer, args=(arm.address, queue, items, waits)).start()
    return arm.expect("producer"), arm.expect("consumer")


def furthest(eager, steps, items):
    """The steps that it has begun, and those that it has done, once it has done so many and is at another, or at none.

    Should it have gone further by one of the looks that follow, then that is told.
    """

    def there():
        begun, done = eager.call("progress")
        return done == items or (done >= steps and begun > done)

    try:
        table.wait_for(there, PATIENCE, f"{eager.name} doing {steps} steps")
    except TimeoutError:  # it waits before that already, as the numbers tell
        pass
    for _ in range(LOOKS):
        begun, done = eager.call("progress")
    return begun, done


def eager_producer(arm, room, items, size, takes):
    """The consumer takes nothing until the producer can put no more, and that so many times; then it takes the rest."""
    making, taking = both_sides(arm, room, items, size)
    making.call("eagerly")
    ahead, taken = [], []
    for _ in range(takes):
        _, put = furthest(making, min(len(taken) + room, items) if room else items, items)
        ahead.append(put - len(taken))
        taken.append(taking.call("one"))
    while len(taken) < items:
        taken.append(taking.call("one"))
    making.leave()
    taking.leave()
    arm.record(all_taken_in_order=taken == list(range(items)))
    return ahead


def unbounded(arm):
    arm.record(put_before_any_is_taken=eager_producer(arm, 0, MANY, LARGE, takes=1)[0])


def room_for_one(arm):
    arm.record(put_before_any_is_taken=eager_producer(arm, 1, MANY, LARGE, takes=1)[0])


def fast_producer(arm):
    arm.record(ahead=eager_producer(arm, ROOM, FEW, SMALL, takes=FEW - ROOM))


def fast_producer_without_bound(arm):
    arm.record(ahead=eager_producer(arm, 0, FEW, SMALL, takes=FEW - ROOM))


def eager_consumer(arm, waits):
    """The producer puts an item whenever the consumer has had all: how often has that one asked beyond what it got?"""
    making, taking = both_sides(arm, ROOM, waits=waits)
    taking.call("eagerly")
    asked_beyond = 0
    for put in range(FEW):
        begun, done = furthest(taking, put, FEW)
        asked_beyond = max(asked_beyond, begun - done)
        making.call("one")
    _, done = furthest(taking, FEW, FEW)
    making.leave()
    taking.leave()
    arm.record(asked_beyond=asked_beyond, taken=done)


def fast_consumer(arm):
    eager_consumer(arm, waits=True)


def fast_consumer_not_waiting(arm):
    eager_consumer(arm, waits=False)


if __name__ == "__main__":
    main(
        unbounded,
        room_for_one,
        fast_producer,
        fast_producer_without_bound,
        fast_consumer,
        fast_consumer_not_waiting,
    )
