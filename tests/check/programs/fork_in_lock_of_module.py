"""A cache with an RLock is filled by a thread; a pool's worker reads the cache. Sound: fork_beside_lock_ok."""

import multiprocessing
import threading
import time


class Cache:
    def __init__(self):
        self.lock = threading.RLock()
        self.values = {}

    def fill(self, busy):
        with self.lock:
            busy.set()
            time.sleep(3)
            self.values[1] = "one"

    def get(self, key):
        with self.lock:
            return self.values.get(key)


cache = Cache()


def lookup(key):
    return cache.get(key)


if __name__ == "__main__":
    busy = threading.Event()
    filler = threading.Thread(target=cache.fill, args=(busy,), daemon=True)
    filler.start()
    busy.wait()
    with multiprocessing.Pool(1) as pool:  # cause: fork-with-threads-deadlock under fork
        pool.apply(lookup, (1,))
    print("looked up", flush=True)
