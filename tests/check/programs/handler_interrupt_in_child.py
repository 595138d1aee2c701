"""A SIGINT handler of the program counts in a file, in the child too when it is interrupted. Sound: handler_in_pool_worker_ok."""

import multiprocessing
import os
import signal
import sys
import time


def count(number, frame):
    with open("interrupts.txt", "a") as file:
        file.write("x")
    raise SystemExit(0)


def child(ready):
    ready.set()
    time.sleep(30)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, count)  # cause: signal-handler-inherited under fork
    ready = multiprocessing.Event()
    worker = multiprocessing.Process(target=child, args=(ready,))
    worker.start()
    ready.wait()
    os.kill(worker.pid, signal.SIGINT)
    worker.join()
    counted = os.path.exists("interrupts.txt")
    if counted:
        os.remove("interrupts.txt")
    sys.exit("the program was counted as interrupted" if counted else 0)
