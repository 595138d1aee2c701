"""The same as thread_pool_in_fork.py; the child makes its own thread pool."""

from concurrent.futures import ThreadPoolExecutor
from multiprocessing import Process

threads = ThreadPoolExecutor(1)


def work():
    with ThreadPoolExecutor(1) as own:
        print(own.submit(abs, -2).result(), flush=True)


if __name__ == "__main__":
    print(threads.submit(abs, -1).result(), flush=True)
    child = Process(target=work)
    child.start()
    child.join()
