"""Two consumers, and one end signal: the second waits for ever, and join() for it. Sound: sentinel_each_ok."""

import multiprocessing


def consume(tasks, results):
    while True:
        task = tasks.get()  # cause: queue-get-without-put
        if task is None:
            break
        results.put(task * 2)


if __name__ == "__main__":
    tasks, results = multiprocessing.Queue(), multiprocessing.Queue()
    consumers = [multiprocessing.Process(target=consume, args=(tasks, results)) for _ in range(2)]
    for consumer in consumers:
        consumer.start()
    for task in range(4):
        tasks.put(task)
    print(sorted(results.get() for _ in range(4)))
    tasks.put(None)
    for consumer in consumers:
        consumer.join()
