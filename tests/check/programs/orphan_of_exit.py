"""The program leaves by os._exit() while a child sleeps."""

import os
import time
from multiprocessing import Pipe, Process


def sleep(ready):
    ready.send("asleep")
    time.sleep(60)


if __name__ == "__main__":
    here, there = Pipe()
    child = Process(target=sleep, args=(there,))
    child.start()  # cause: orphan-left-behind
    here.recv()
    print("leaving", flush=True)
    os._exit(0)
