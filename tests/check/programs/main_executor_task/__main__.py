"""A folder as a program: an executor gets a function of __main__.py. Sound: main_in_package_ok."""

import concurrent.futures


def cube(number):
    return number**3


def main():
    with concurrent.futures.ProcessPoolExecutor(max_workers=1) as executor:
        future = executor.submit(cube, 3)  # cause: main-not-importable under spawn, forkserver
        print(future.result(), flush=True)


if __name__ == "__main__":
    main()
