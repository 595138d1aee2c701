"""The same as lock_in_argument.py, with a class that leaves out the lock when it is sent."""

import threading
from multiprocessing import Process


class Session:
    def __init__(self):
        self.cache = {"lock": threading.Lock()}

    def __getstate__(self):
        return {}

    def __setstate__(self, state):
        self.__init__()


class Client:
    def __init__(self):
        self.session = Session()


def fetch(client, number):
    print(type(client).__name__, number, flush=True)


if __name__ == "__main__":
    worker = Process(target=fetch, args=(Client(), 1))
    worker.start()
    worker.join()
