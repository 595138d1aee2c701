"""A consumer fails at one item and never calls task_done() for it; the producer waits in join()."""

import multiprocessing


def consume(items):
    while True:
        number = items.get()
        print(10 // number, flush=True)
        items.task_done()


if __name__ == "__main__":
    items = multiprocessing.JoinableQueue()
    consumer = multiprocessing.Process(target=consume, args=(items,), daemon=True)
    consumer.start()
    for number in (5, 0):
        items.put(number)
    items.join()  # cause: joinablequeue-unfinished
