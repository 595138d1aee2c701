"""The program is interrupted while it waits, and its exit waits for the child that was not told."""

import multiprocessing
import os
import signal
import time


def work(ready):
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    ready.set()
    time.sleep(60)


def main():
    ready = multiprocessing.Event()
    child = multiprocessing.Process(target=work, args=(ready,))
    child.start()
    ready.wait()
    os.kill(os.getpid(), signal.SIGINT)  # cause: interrupt-hang-at-exit
    time.sleep(5)


if __name__ == "__main__":
    main()
