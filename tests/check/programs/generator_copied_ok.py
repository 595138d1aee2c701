"""The same as generator_copied.py; each worker seeds its copy of the generator."""

import multiprocessing
import random
import sys

GENERATOR = None


def generator():
    global GENERATOR
    GENERATOR = GENERATOR or random.Random()
    return GENERATOR


def work(codes):
    generator().seed()
    codes.put([generator().randrange(10**9) for _ in range(3)])


def main():
    generator()
    codes = multiprocessing.Queue()
    for _ in range(2):
        multiprocessing.Process(target=work, args=(codes,)).start()
    different = codes.get() != codes.get()
    print("codes differ:", different, flush=True)
    sys.exit(not different)


if __name__ == "__main__":
    main()
