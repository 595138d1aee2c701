"""An object leaves its lock out of its pickle, and nobody makes a new one in the child. Sound: getstate_ok."""

import multiprocessing
import threading


class Cache:
    def __init__(self, items):
        self.items = items
        self.lock = threading.Lock()

    def __getstate__(self):
        state = self.__dict__.copy()
        del state["lock"]  # cause: attribute-lost-by-pickle under spawn, forkserver
        return state

    def get(self, key):
        with self.lock:
            return self.items[key]


def show(cache):
    print(cache.get("a"))


if __name__ == "__main__":
    child = multiprocessing.Process(target=show, args=(Cache({"a": 1}),))
    child.start()
    child.join()
