"""An argument of a Process carries a lock of threading, deep inside."""

import threading
from multiprocessing import Process


class Session:
    def __init__(self):
        self.cache = {"lock": threading.Lock()}


class Client:
    def __init__(self):
        self.session = Session()


def fetch(client, number):
    print(type(client).__name__, number, flush=True)


if __name__ == "__main__":
    worker = Process(target=fetch, args=(Client(), 1))
    worker.start()  # cause: unpicklable-argument under spawn, forkserver
    worker.join()
