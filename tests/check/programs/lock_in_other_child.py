"""One child holds an RLock and is killed by its pid; another child waits for it, and the parent for that child. Sound: lock_of_killed_ok."""

import multiprocessing
import os
import signal
import time


def first(lock, ready):
    lock.acquire()
    ready.set()
    time.sleep(60)


def second(lock):
    with lock:  # cause: lock-held-after-terminate
        print("second", flush=True)


def main():
    lock, ready = multiprocessing.RLock(), multiprocessing.Event()
    holder = multiprocessing.Process(target=first, args=(lock, ready))
    holder.start()
    ready.wait()
    os.kill(holder.pid, signal.SIGTERM)
    holder.join()
    waiter = multiprocessing.Process(target=second, args=(lock,))
    waiter.start()
    waiter.join()


if __name__ == "__main__":
    main()
