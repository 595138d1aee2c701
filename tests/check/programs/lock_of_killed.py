"""A child is terminated while it holds a Lock, and the parent wants the Lock."""

import multiprocessing
import time


def hold(lock, ready):
    with lock:
        ready.set()
        time.sleep(60)


if __name__ == "__main__":
    lock, ready = multiprocessing.Lock(), multiprocessing.Event()
    child = multiprocessing.Process(target=hold, args=(lock, ready))
    child.start()
    ready.wait()
    child.terminate()
    child.join()
    with lock:  # cause: lock-held-after-terminate
        print("mine", flush=True)
