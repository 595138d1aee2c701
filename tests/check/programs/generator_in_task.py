"""A keyword argument of a pool's task is a generator. Sound: lock_in_argument_ok."""

from multiprocessing import Pool


def add(numbers, extra=()):
    return sum(numbers) + sum(extra)


if __name__ == "__main__":
    with Pool(1) as pool:
        result = pool.apply(add, ([1, 2],), {"extra": (n for n in [3])})  # cause: unpicklable-argument
        print(result, flush=True)
