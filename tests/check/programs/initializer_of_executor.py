"""The initializer of an executor fails, so the executor is broken. Sound: initializer_fails_ok."""

from concurrent.futures import ProcessPoolExecutor


class Farm:
    def __init__(self):
        self.executor = ProcessPoolExecutor(1, initializer=begin, initargs=(0,))  # cause: pool-initializer-fails

    def run(self):
        with self.executor as executor:
            return executor.submit(abs, -1).result()


def begin(number):
    return 1 // number


if __name__ == "__main__":
    print(Farm().run(), flush=True)
