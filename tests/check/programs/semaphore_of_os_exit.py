"""The program makes a lock and leaves by os._exit(), which removes nothing."""

import multiprocessing
import os

if __name__ == "__main__":
    lock = multiprocessing.Lock()  # cause: leaked-semaphore under spawn, forkserver
    with lock:
        print("locked", flush=True)
    os._exit(0)
