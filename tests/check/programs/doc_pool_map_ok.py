"""A pool of two workers maps a function over a list."""

from multiprocessing import Pool


def cube(number):
    return number**3


if __name__ == "__main__":
    with Pool(2) as pool:
        print(pool.map(cube, [1, 2, 3]))
