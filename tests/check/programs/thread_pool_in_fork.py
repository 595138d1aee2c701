"""A thread pool that was used before the fork is used in the child, where its thread is missing."""

from concurrent.futures import ThreadPoolExecutor
from multiprocessing import Process

threads = ThreadPoolExecutor(1)


def work():
    print(threads.submit(abs, -2).result(), flush=True)


if __name__ == "__main__":
    print(threads.submit(abs, -1).result(), flush=True)
    child = Process(target=work)
    child.start()  # cause: thread-missing-after-fork under fork
    child.join()
