"""A thread holds a lock while the program forks a child that wants the same lock."""

import threading
import time
from multiprocessing import Process

lock = threading.Lock()


def hold():
    with lock:
        time.sleep(3)


def work():
    with lock:
        print("work", flush=True)


if __name__ == "__main__":
    threading.Thread(target=hold, name="holder").start()
    time.sleep(0.3)
    child = Process(target=work)
    child.start()  # cause: fork-with-threads-deadlock under fork
    child.join()
