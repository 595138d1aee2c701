"""The same as process_in_pool_worker.py with an executor, whose workers are not daemonic."""

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import Process


def nothing():
    pass


def work(number):
    child = Process(target=nothing)
    child.start()
    child.join()
    return number


if __name__ == "__main__":
    with ProcessPoolExecutor(1) as pool:
        print(pool.submit(work, 1).result(), flush=True)
