"""A task calls sys.exit(), which ends its worker; imap() never gives the item. Sound: worker_exits_ok."""

import multiprocessing
import sys


def check(number):
    if number > 1:
        sys.exit(f"{number} is too large")
    return number


def main():
    with multiprocessing.Pool(1) as pool:
        for result in pool.imap(check, [1, 2]):  # cause: pool-worker-lost-hang
            print(result, flush=True)


if __name__ == "__main__":
    main()
