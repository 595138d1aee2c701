"""The same as unfinished_tasks.py; task_done() is in a finally clause."""

import multiprocessing


def consume(items):
    while True:
        number = items.get()
        try:
            print(10 // number, flush=True)
        except ZeroDivisionError:
            print("skipped", flush=True)
        finally:
            items.task_done()


if __name__ == "__main__":
    items = multiprocessing.JoinableQueue()
    consumer = multiprocessing.Process(target=consume, args=(items,), daemon=True)
    consumer.start()
    for number in (5, 0):
        items.put(number)
    items.join()
