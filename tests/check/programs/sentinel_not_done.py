"""The consumer ends at the sentinel without calling task_done() for it. Sound: unfinished_tasks_ok."""

import multiprocessing


def consume(items):
    while (item := items.get()) is not None:
        print(item, flush=True)
        items.task_done()


class Feeder:
    def __init__(self):
        self.items = multiprocessing.JoinableQueue()
        self.worker = multiprocessing.Process(target=consume, args=(self.items,))

    def run(self):
        self.worker.start()
        self.items.put("a")
        self.items.put(None)
        self.items.join()  # cause: joinablequeue-unfinished
        self.worker.join()


if __name__ == "__main__":
    Feeder().run()
