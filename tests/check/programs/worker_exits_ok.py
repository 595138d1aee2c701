"""The same as worker_exits.py; the task raises instead."""

import multiprocessing


def work(number):
    raise ValueError(number)


if __name__ == "__main__":
    with multiprocessing.Pool(1) as pool:
        try:
            pool.apply(work, (3,))
        except ValueError as error:
            print("error", error, flush=True)
