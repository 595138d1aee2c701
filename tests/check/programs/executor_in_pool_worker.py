"""A pool's task uses an executor, whose workers a daemonic process may not start. Sound: process_in_pool_worker_ok."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor


def inner(numbers):
    with ProcessPoolExecutor(1) as executor:
        return list(executor.map(abs, numbers))  # cause: daemon-has-children


def main():
    with multiprocessing.Pool(1) as pool:
        return pool.map(inner, [[-1]])


if __name__ == "__main__":
    print(main(), flush=True)
