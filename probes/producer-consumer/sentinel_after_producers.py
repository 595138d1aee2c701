"""Of two producers one has ended. The end signal is sent now, or once the other has ended too: what is never eaten?"""

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
    eaten = []
    while True:
        item = queue.get()
        if item is None:
            break
        eaten.append(item)
    line.send(eaten)


def signal_and_end(arm, after_all):
    queue = Queue()
    first = Process(target=prompt_producer, args=(queue,))
    second = Process(target=late_producer, args=(arm.address, queue))
    eating = Process(target=consumer, args=(arm.address, queue))
    for process in (first, second, eating):
        process.start()
    late, eater = arm.expect("late producer"), arm.expect("consumer")
    first.join()
    if after_all:
        late.leave()
        second.join()
    queue.put(None)
    arm.record(eaten=eater.hear())
    eating.join()
    late.leave()
    second.join()  # so what it put is in the queue's pipe
    arm.record(never_eaten=rest(queue))


def rest(queue):
    items = []
    while not queue.empty() and len(items) < 3:  # three were ever put
        items.append(queue.get())
    return items


def experiment(arm):
    signal_and_end(arm, after_all=False)


def control(arm):
    signal_and_end(arm, after_all=True)


if __name__ == "__main__":
    main(experiment, control)
