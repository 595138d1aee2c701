"""The same as reaper_thread.py; the thread waits for a program of its own only."""

import multiprocessing.connection
import os
import subprocess
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
        self.pid = subprocess.Popen([sys.executable, "-c", "pass"]).pid

    def run(self):
        while not self.done.is_set():
            try:
                os.waitpid(self.pid, os.WNOHANG)
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
