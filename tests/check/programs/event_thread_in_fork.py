"""A subclass of Process waits for an event of threading that a thread of the parent sets. Sound: thread_pool_in_fork_ok."""

import multiprocessing
import threading
import time


class Loader:
    def __init__(self):
        self.loaded = threading.Event()
        self.thread = threading.Thread(target=self.load, name="loader")

    def load(self):
        time.sleep(0.7)
        self.loaded.set()


loader = Loader()


class Consumer(multiprocessing.Process):
    def run(self):
        if loader.thread.ident is None:
            loader.thread.start()
        loader.loaded.wait()
        print("loaded", flush=True)


def main():
    loader.thread.start()
    consumer = Consumer()
    consumer.start()  # cause: thread-missing-after-fork under fork
    consumer.join()


if __name__ == "__main__":
    main()
