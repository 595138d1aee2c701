"""One of two producers has ended. Which items are never consumed if the end signal is sent now, or after both ended?"""

import os
import sys
from multiprocessing import Process, Queue

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main


def prompt_producer(queue):
    queue.put("by the first")


def late_producer(address, queue):
    check_in(address, "late producer").serve()
    queue.put("by the second")


def consumer(address, queue):
    line = check_in(address, "consumer")
    consumed = []
    while True:
        item = queue.get()
        if item is None:
            break
        consumed.append(item)
    line.send(consumed)


def signal_and_end(arm, after_all):
    queue = Queue()
    first = Process(target=prompt_producer, args=(queue,))
    second = Process(target=late_producer, args=(arm.address, queue))
    consumer_process = Process(target=consumer, args=(arm.address, queue))
    for process in (first, second, consumer_process):
        process.start()
    late, peer = arm.expect("late producer"), arm.expect("consumer")
    first.join()
    if after_all:
        late.leave()
        second.join()
    queue.put(None)
    arm.record(eaten=peer.receive())
    consumer_process.join()
    late.leave()
    second.join()  # then its item is in the queue's pipe
    arm.record(never_eaten=rest(queue))


def join_producers_first(arm):
    queue = Queue()
    producers = [
        Process(target=prompt_producer, args=(queue,)),
        Process(target=late_producer, args=(arm.address, queue)),
    ]
    consumer_process = Process(target=consumer, args=(arm.address, queue))
    for process in (*producers, consumer_process):
        process.start()
    arm.expect("late producer").leave()
    # --8<-- [start:join-producers-first]
    for process in producers:
        process.join()
    queue.put(None)  # after all items
    # --8<-- [end:join-producers-first]
    arm.record(eaten=sorted(arm.expect("consumer").receive()))
    consumer_process.join()


def rest(queue):
    items = []
    while not queue.empty() and len(items) < 3:  # only three were put, with the signal
        items.append(queue.get())
    return items


def experiment(arm):
    signal_and_end(arm, after_all=False)


def control(arm):
    signal_and_end(arm, after_all=True)


if __name__ == "__main__":
    main(experiment, control, join_producers_first)
