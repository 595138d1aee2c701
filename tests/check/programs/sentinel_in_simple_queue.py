"""A producer puts one end signal for two consumers, which read with iter(). Sound: sentinel_each_ok."""

import multiprocessing


def produce(tasks):
    for task in (1, 2, None):
        tasks.put(task)


class Consumer(multiprocessing.Process):
    def __init__(self, tasks):
        super().__init__()
        self.tasks = tasks

    def run(self):
        for task in iter(self.tasks.get, None):  # cause: queue-get-without-put
            print(task, flush=True)


if __name__ == "__main__":
    tasks = multiprocessing.SimpleQueue()
    group = [multiprocessing.Process(target=produce, args=(tasks,)), Consumer(tasks), Consumer(tasks)]
    for process in group:
        process.start()
    for process in group:
        process.join()
