"""How far one side of a queue gets ahead of the other: one side runs freely, the other makes a step when it is told to.

A free producer fills the queue and then waits for the consumer; without a maxsize it never waits. A free consumer waits
for the producer; if it does not block in get(), it asks again and again.
"""

import os
import sys
import threading
from multiprocessing import Process, Queue
from queue import Empty

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, check_in, main, table

FEW, SMALL = 8, 1
MANY, LARGE = 200, 4096
"""A number and a size in bytes: so many items of this size are more than a pipe holds."""
ROOM = 3
CHECKS = 20
"""How often a side that seems to wait is checked again."""


class Side:
    """The producer's or the consumer's work: one step per call, or all steps freely in a thread."""

    def __init__(self, step, steps):
        self.step, self.steps = step, steps
        self.begun = self.done = 0

    def make_step(self):
        self.begun += 1
        result = self.step(self.done)
        self.done += 1
        return result

    def run_freely(self):
        def make_all_steps():
            while self.done < self.steps:
                self.make_step()

        threading.Thread(target=make_all_steps, daemon=True).start()

    def serve(self, address, name):
        check_in(address, name).serve(
            make_step=self.make_step, run_freely=self.run_freely, progress=lambda: [self.begun, self.done]
        )


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


def start_both(arm, room, items=FEW, size=SMALL, waits=True):
    queue = Queue(room)
    Process(target=producer, args=(arm.address, queue, items, size)).start()
    Process(target=consumer, args=(arm.address, queue, items, waits)).start()
    return arm.expect("producer"), arm.expect("consumer")


def wait_for_progress(free, steps, items):
    """Wait until the free side has done this number of steps and is in the next one, or has done all.

    Returns how many steps it has begun and how many it has done after a number of further checks.
    """

    def reached():
        begun, done = free.call("progress")
        return done == items or (done >= steps and begun > done)

    try:
        table.wait_for(reached, TIMEOUT, f"{free.name} doing {steps} steps")
    except TimeoutError:  # it waits earlier already, as the returned numbers show
        pass
    for _ in range(CHECKS):
        begun, done = free.call("progress")
    return begun, done


def free_producer(arm, room, items, size, takes):
    """Take an item only when the producer can put no more, ``takes`` times, and then take the rest.

    Returns how many items the producer was ahead each time.
    """
    producer, consumer = start_both(arm, room, items, size)
    producer.call("run_freely")
    ahead, taken = [], []
    for _ in range(takes):
        _, put = wait_for_progress(producer, min(len(taken) + room, items) if room else items, items)
        ahead.append(put - len(taken))
        taken.append(consumer.call("make_step"))
    while len(taken) < items:
        taken.append(consumer.call("make_step"))
    producer.leave()
    consumer.leave()
    arm.record(all_taken_in_order=taken == list(range(items)))
    return ahead


def unbounded(arm):
    arm.record(put_before_any_is_taken=free_producer(arm, 0, MANY, LARGE, takes=1)[0])


def room_for_one(arm):
    arm.record(put_before_any_is_taken=free_producer(arm, 1, MANY, LARGE, takes=1)[0])


def fast_producer(arm):
    arm.record(ahead=free_producer(arm, ROOM, FEW, SMALL, takes=FEW - ROOM))


def fast_producer_without_bound(arm):
    arm.record(ahead=free_producer(arm, 0, FEW, SMALL, takes=FEW - ROOM))


def free_consumer(arm, waits):
    """Put an item whenever the consumer has taken all, and record how often it asked for more than it got."""
    producer, consumer = start_both(arm, ROOM, waits=waits)
    consumer.call("run_freely")
    asked_beyond = 0
    for put in range(FEW):
        begun, done = wait_for_progress(consumer, put, FEW)
        asked_beyond = max(asked_beyond, begun - done)
        producer.call("make_step")
    _, done = wait_for_progress(consumer, FEW, FEW)
    producer.leave()
    consumer.leave()
    arm.record(asked_beyond=asked_beyond, taken=done)


def fast_consumer(arm):
    free_consumer(arm, waits=True)


def fast_consumer_not_waiting(arm):
    free_consumer(arm, waits=False)


if __name__ == "__main__":
    main(
        unbounded,
        room_for_one,
        fast_producer,
        fast_producer_without_bound,
        fast_consumer,
        fast_consumer_not_waiting,
    )
