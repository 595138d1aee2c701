"""The consumer forgets task_done() for the items that it skips. Sound: unfinished_tasks_ok."""

from multiprocessing import JoinableQueue, Process


class Consumer(Process):
    def __init__(self, items):
        super().__init__(daemon=True)
        self.items = items

    def run(self):
        while True:
            item = self.items.get()
            if item.startswith("#"):
                continue
            self.items.task_done()


def main():
    items = JoinableQueue()
    Consumer(items).start()
    for item in ("one", "# two", "three"):
        items.put(item)
    items.join()  # cause: joinablequeue-unfinished


if __name__ == "__main__":
    main()
    print("done", flush=True)
