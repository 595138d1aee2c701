"""The same kind of exception breaks an executor. Sound: exception_with_arguments_ok."""

from concurrent.futures import ProcessPoolExecutor


class TooLarge(Exception):
    def __init__(self, size, limit):
        self.size, self.limit = size, limit
        super().__init__("too large")


def check(size):
    raise TooLarge(size, 10)


def main():
    with ProcessPoolExecutor(1) as executor:
        return executor.submit(check, 11).result()  # cause: unpicklable-exception-hang


if __name__ == "__main__":
    print(main(), flush=True)
