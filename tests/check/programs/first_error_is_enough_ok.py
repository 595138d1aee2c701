"""Several tasks of one batch fail; the program gets the first error, and needs no other."""

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import Pool


def check(number):
    if number:
        raise ValueError(number)
    return number


def main():
    with ProcessPoolExecutor(1) as executor:
        try:
            print(list(executor.map(check, range(4))))
        except ValueError as error:
            print("executor:", error, flush=True)
    with Pool(1) as pool:
        results = [pool.apply_async(check, (number,)) for number in range(3)]
        pool.close()
        pool.join()
        try:
            print([result.get() for result in results])
        except ValueError as error:
            print("pool:", error, flush=True)


if __name__ == "__main__":
    main()
