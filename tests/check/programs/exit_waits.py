"""The main code is over, and the exit waits for a child that waits for a sentinel which nobody puts."""

import multiprocessing


def consume(tasks, ready):
    ready.set()
    for task in iter(tasks.get, None):
        print(task, flush=True)


if __name__ == "__main__":
    tasks, ready = multiprocessing.Queue(), multiprocessing.Event()
    child = multiprocessing.Process(target=consume, args=(tasks, ready))
    child.start()  # cause: exit-waits-for-child
    tasks.put("one")
    ready.wait()
