"""Each consumer gets an end signal, and says when it has ended."""

import multiprocessing


def consume(tasks, results):
    for task in iter(tasks.get, None):
        results.put(task * 2)
    results.put(None)


if __name__ == "__main__":
    tasks, results = multiprocessing.Queue(), multiprocessing.Queue()
    consumers = [multiprocessing.Process(target=consume, args=(tasks, results)) for _ in range(2)]
    for consumer in consumers:
        consumer.start()
    for task in (1, 2, 3, None, None):
        tasks.put(task)
    found = []
    for _ in consumers:
        found += iter(results.get, None)
    print(sorted(found))
    for consumer in consumers:
        consumer.join()
