"""A pool gets a function of the program's own __main__.py as a task. Sound: main_in_package_ok."""

import multiprocessing


def double(number):
    return 2 * number


if __name__ == "__main__":
    with multiprocessing.Pool(1) as pool:
        print(pool.map(double, [4]), flush=True)  # cause: main-not-importable under spawn, forkserver
