"""The same as lambda_result.py; the task returns a plain value."""

from multiprocessing import Pool


def make(number):
    return number


if __name__ == "__main__":
    with Pool(1) as pool:
        print(pool.apply(make, (1,)), flush=True)
