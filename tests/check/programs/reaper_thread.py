"""A thread waits for any child in a loop, and takes the exit status of a multiprocessing child."""

import multiprocessing.connection
import os
import sys
import threading
import time
from multiprocessing import Process


def job():
    time.sleep(0.3)
    sys.exit(7)


class Reaper(threading.Thread):
    def __init__(self):
        super().__init__(daemon=True)
        self.done = threading.Event()

    def run(self):
        while not self.done.is_set():
            try:
                os.waitpid(-1, os.WNOHANG)  # cause: exit-status-stolen under fork, spawn
            except ChildProcessError:
                pass
            time.sleep(0.005)


if __name__ == "__main__":
    reaper = Reaper()
    child = Process(target=job)
    child.start()
    reaper.start()
    multiprocessing.connection.wait([child.sentinel])
    time.sleep(0.3)
    code = child.exitcode
    reaper.done.set()
    print("known" if code == 7 else "unknown", flush=True)
    sys.exit(code != 7)
