"""The same as handler_in_pool_worker.py; the handler acts in the process only that installed it."""

import multiprocessing
import os
import signal
import sys
import time


class Server:
    def __init__(self):
        self.lock_file = "server.lock"
        self.pid = os.getpid()
        with open(self.lock_file, "w"):
            pass
        signal.signal(signal.SIGTERM, self.stop)

    def stop(self, number, frame):
        if os.getpid() == self.pid and os.path.exists(self.lock_file):
            os.remove(self.lock_file)
        os._exit(0)


def work(number):
    time.sleep(0.2 if number < 2 else 30)
    return number


if __name__ == "__main__":
    server = Server()
    pool = multiprocessing.Pool(2)
    first = next(pool.imap_unordered(work, range(1, 4)))
    pool.terminate()
    pool.join()
    exists = os.path.exists(server.lock_file)
    print("first", first, "still locked" if exists else "the lock is gone", flush=True)
    if exists:
        os.remove(server.lock_file)
    sys.exit(not exists)
