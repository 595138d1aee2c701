"""A SIGCHLD handler reaps whatever has ended, so the pool never learns that its worker is gone. Sound: reaper_thread_ok."""

import multiprocessing.connection
import os
import signal
import sys
import time
from multiprocessing import Pool


def collect(number, frame):
    while True:
        try:
            pid, _ = os.waitpid(-1, os.WNOHANG)  # cause: exit-status-stolen under fork, spawn
        except OSError:
            return
        if not pid:
            return


def die(code):
    os._exit(code)


def main():
    signal.signal(signal.SIGCHLD, collect)
    pool = Pool(1)
    worker = pool._pool[0]
    pool.apply_async(die, (3,))
    multiprocessing.connection.wait([worker.sentinel])
    time.sleep(0.3)
    known = worker.exitcode
    pool.terminate()
    return known


if __name__ == "__main__":
    sys.exit("lost" if main() is None else 0)
