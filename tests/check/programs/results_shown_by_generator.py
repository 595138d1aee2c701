"""A generator of the program's own shows the progress of a loop over a pool's results; a worker is killed. Sound: doc_pool_imap_ok."""

import multiprocessing
import os
import signal


def progress(items, total):
    for number, item in enumerate(items, 1):
        print(f"{number} of {total}", flush=True)
        yield item


def square(number):
    if number == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return number * number


def main():
    with multiprocessing.Pool(2) as pool:
        print(sum(progress(pool.imap(square, range(4)), 4)), flush=True)  # cause: pool-worker-lost-hang


if __name__ == "__main__":
    main()
