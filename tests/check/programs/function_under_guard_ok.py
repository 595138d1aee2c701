"""A target is defined above the main guard."""

import multiprocessing


def job(number):
    print(number * 2, flush=True)


if __name__ == "__main__":
    child = multiprocessing.Process(target=job, args=(2,))
    child.start()
    child.join()
