"""The same as lock_of_killed.py; the child is terminated when it has released the Lock."""

import multiprocessing
import time


def hold(lock, ready):
    with lock:
        pass
    ready.set()
    time.sleep(60)


if __name__ == "__main__":
    lock, ready = multiprocessing.Lock(), multiprocessing.Event()
    child = multiprocessing.Process(target=hold, args=(lock, ready))
    child.start()
    ready.wait()
    child.terminate()
    child.join()
    with lock:
        print("mine", flush=True)
