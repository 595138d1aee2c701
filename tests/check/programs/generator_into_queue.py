"""A child puts a generator into a queue: its thread prints the error and drops the object. Sound: lambda_result_ok."""

import multiprocessing
import queue


def count(results):
    results.put(n for n in range(3))  # cause: unpicklable-result


class Reader:
    def __init__(self):
        self.results = multiprocessing.Queue()

    def read(self):
        child = multiprocessing.Process(target=count, args=(self.results,))
        child.start()
        child.join()
        try:
            return list(self.results.get(timeout=1))
        except queue.Empty:
            return None


if __name__ == "__main__":
    print(Reader().read(), flush=True)
