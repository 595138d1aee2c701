"""The program makes a lock and ends by sys.exit()."""

import multiprocessing
import sys

if __name__ == "__main__":
    lock = multiprocessing.Lock()
    with lock:
        print("locked", flush=True)
    sys.exit(0)
