"""The same as fork_beside_lock.py; the child is started before the thread."""

import threading
import time
from multiprocessing import Process

lock = threading.Lock()


def hold():
    with lock:
        time.sleep(1)


def work():
    with lock:
        print("work", flush=True)


if __name__ == "__main__":
    child = Process(target=work)
    child.start()
    threading.Thread(target=hold, name="holder").start()
    child.join()
