"""The parent joins a child that has put a long text into a queue, and reads the queue after that."""

import multiprocessing


def produce(results):
    results.put("x" * 1_000_000)


if __name__ == "__main__":
    results = multiprocessing.Queue()
    child = multiprocessing.Process(target=produce, args=(results,))
    child.start()
    child.join()  # cause: queue-join-deadlock
    print(len(results.get()), flush=True)
