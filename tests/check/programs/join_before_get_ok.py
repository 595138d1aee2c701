"""The same as join_before_get.py; the queue is read first."""

import multiprocessing


def produce(results):
    results.put("x" * 1_000_000)


if __name__ == "__main__":
    results = multiprocessing.Queue()
    child = multiprocessing.Process(target=produce, args=(results,))
    child.start()
    print(len(results.get()), flush=True)
    child.join()
