"""A Queue is an argument of an executor's task."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor


def square(results, number):
    results.put(number * number)


def main():
    results = multiprocessing.Queue()
    with ProcessPoolExecutor(1) as executor:
        task = executor.submit(square, results, 3)  # cause: primitive-outside-inheritance
        task.result()
    print(results.get(), flush=True)


if __name__ == "__main__":
    main()
