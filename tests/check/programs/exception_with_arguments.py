"""A task raises an exception whose class cannot be made again from its pickle; map() waits for ever."""

from multiprocessing import Pool


class Failed(Exception):
    def __init__(self, name, code):
        super().__init__(f"{name} failed with {code}")
        self.code = code


def work(number):
    raise Failed("work", number)


if __name__ == "__main__":
    with Pool(1) as pool:
        print(pool.map(work, [1]), flush=True)  # cause: unpicklable-exception-hang
