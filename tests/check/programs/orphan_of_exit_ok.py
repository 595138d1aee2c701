"""The same as orphan_of_exit.py; the child is terminated and joined first."""

import os
import time
from multiprocessing import Pipe, Process


def sleep(ready):
    ready.send("asleep")
    time.sleep(60)


if __name__ == "__main__":
    here, there = Pipe()
    child = Process(target=sleep, args=(there,))
    child.start()
    here.recv()
    child.terminate()
    child.join()
    print("leaving", flush=True)
    os._exit(0)
