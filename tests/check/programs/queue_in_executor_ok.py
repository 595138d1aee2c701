"""The same as queue_in_executor.py, with the queue passed when the worker is started."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor

results = None


def keep(queue):
    global results
    results = queue


def square(number):
    results.put(number * number)


def main():
    queue = multiprocessing.Queue()
    with ProcessPoolExecutor(1, initializer=keep, initargs=(queue,)) as executor:
        executor.submit(square, 3).result()
    print(queue.get(), flush=True)


if __name__ == "__main__":
    main()
