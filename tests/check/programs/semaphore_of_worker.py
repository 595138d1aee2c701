"""A child makes a queue for itself and leaves by os._exit(). Sound: semaphore_of_os_exit_ok."""

import multiprocessing
import os


def work():
    queue = multiprocessing.SimpleQueue()  # cause: leaked-semaphore under spawn, forkserver
    queue.put(1)
    print(queue.get(), flush=True)
    os._exit(0)


if __name__ == "__main__":
    child = multiprocessing.Process(target=work)
    child.start()
    child.join()
