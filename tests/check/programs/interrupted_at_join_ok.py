"""The same as interrupted_at_join.py; the child is terminated when the program is interrupted."""

import multiprocessing
import os
import signal
import sys
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
    try:
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(5)
    except KeyboardInterrupt:
        child.terminate()
        child.join()
        sys.exit(0)


if __name__ == "__main__":
    main()
