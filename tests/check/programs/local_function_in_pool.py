"""A pool's task is a function that is defined inside another one: refused under every start method."""

from multiprocessing import Pool


def total(factor):
    def scale(number):
        return factor * number

    with Pool(1) as pool:
        return sum(pool.map(scale, [1, 2]))  # cause: unpicklable-target


if __name__ == "__main__":
    print(total(2), flush=True)
