"""A pool's task returns a lambda."""

from multiprocessing import Pool


def make(number):
    return lambda: number


if __name__ == "__main__":
    with Pool(1) as pool:
        print(pool.apply(make, (1,))(), flush=True)  # cause: unpicklable-result
