"""A pool in a function, with an initializer that needs a file. Sound: initializer_fails_ok."""

from multiprocessing import Pool


def load(path):
    with open(path) as file:
        return file.read()


def double(number):
    return 2 * number


def main():
    pool = Pool(processes=1, initializer=load, initargs=("no-such-file.txt",))  # cause: pool-initializer-fails
    return pool.apply_async(double, (2,)).get()


if __name__ == "__main__":
    print(main(), flush=True)
