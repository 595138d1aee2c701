"""The child raises before it has put its result; the parent waits for the result."""

import multiprocessing


def divide(results, number):
    results.put(1 // number)


if __name__ == "__main__":
    results = multiprocessing.Queue()
    child = multiprocessing.Process(target=divide, args=(results, 0))
    child.start()
    print(results.get(), flush=True)  # cause: queue-get-from-dead-child
    child.join()
