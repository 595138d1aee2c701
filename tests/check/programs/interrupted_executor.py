"""Interrupted while a worker of an executor has a long task: the exit waits for the task. Sound: interrupted_at_join_ok."""

import concurrent.futures
import os
import signal
import time


def long():
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with open("begun", "w"):
        pass
    time.sleep(60)


def main():
    executor = concurrent.futures.ProcessPoolExecutor(1)
    executor.submit(long)
    while not os.path.exists("begun"):
        time.sleep(0.02)
    os.remove("begun")
    os.kill(os.getpid(), signal.SIGINT)  # cause: interrupt-hang-at-exit
    time.sleep(5)


if __name__ == "__main__":
    main()
