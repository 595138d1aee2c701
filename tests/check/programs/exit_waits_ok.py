"""The same as exit_waits.py, with the sentinel."""

import multiprocessing


def consume(tasks, ready):
    ready.set()
    for task in iter(tasks.get, None):
        print(task, flush=True)


if __name__ == "__main__":
    tasks, ready = multiprocessing.Queue(), multiprocessing.Event()
    child = multiprocessing.Process(target=consume, args=(tasks, ready))
    child.start()
    tasks.put("one")
    tasks.put(None)
    ready.wait()
