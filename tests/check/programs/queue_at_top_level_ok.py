"""The same as queue_at_top_level.py, with the queue as an argument."""

import multiprocessing


def work(results, number):
    results.put(number * 2)


if __name__ == "__main__":
    results = multiprocessing.Queue()
    child = multiprocessing.Process(target=work, args=(results, 4))
    child.start()
    print(results.get(), flush=True)
    child.join()
