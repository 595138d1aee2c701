"""Results in order, and as they come."""

from multiprocessing import Pool


def square(number):
    return number * number


if __name__ == "__main__":
    with Pool(2) as pool:
        results = pool.imap(square, range(4))
        print(next(results), results.next(timeout=20), list(results))
        print(sorted(pool.imap_unordered(square, range(4))))
