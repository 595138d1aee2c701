"""A worker is killed inside get_lock() of a Value; another method reads the Value. Sound: lock_of_killed_ok."""

import time
from multiprocessing import Event, Process, Value


class Counter:
    def __init__(self):
        self.value = Value("i", 0)
        self.inside = Event()

    def work(self):
        with self.value.get_lock():
            self.inside.set()
            time.sleep(60)

    def read(self):
        self.value.acquire()  # cause: lock-held-after-terminate
        try:
            return self.value.value
        finally:
            self.value.release()


def main():
    counter = Counter()
    worker = Process(target=counter.work)
    worker.start()
    counter.inside.wait()
    worker.kill()
    worker.join()
    return counter.read()


if __name__ == "__main__":
    print(main(), flush=True)
