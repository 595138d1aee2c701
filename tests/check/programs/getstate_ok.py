"""An object leaves its lock out of its pickle and makes a new one; another attribute is missing on purpose."""

import multiprocessing
import threading


class Cache:
    def __init__(self, items):
        self.items = items
        self.lock = threading.Lock()
        self.seen = set()

    def __getstate__(self):
        return {"items": self.items}

    def __setstate__(self, state):
        self.items = state["items"]
        self.lock = threading.Lock()

    def get(self, key):
        with self.lock:
            try:
                self.seen.add(key)
            except AttributeError:
                pass
            return self.items[key]


def show(cache):
    print(cache.get("a"))


if __name__ == "__main__":
    cache = Cache({"a": 1})
    child = multiprocessing.Process(target=show, args=(cache,))
    child.start()
    child.join()
    with multiprocessing.Pool(1) as pool:
        print(pool.map(cache.get, ["a"]))
