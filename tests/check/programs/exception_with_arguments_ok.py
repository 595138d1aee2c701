"""The same as exception_with_arguments.py; the class passes all its arguments on."""

from multiprocessing import Pool


class Failed(Exception):
    def __init__(self, name, code):
        super().__init__(name, code)
        self.code = code


def work(number):
    raise Failed("work", number)


if __name__ == "__main__":
    with Pool(1) as pool:
        try:
            print(pool.map(work, [1]), flush=True)
        except Failed as error:
            print("failed with", error.code, flush=True)
