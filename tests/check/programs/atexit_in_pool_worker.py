"""An initializer registers an exit handler in each worker; the pool ends properly, and the handler is not run."""

import atexit
import multiprocessing
import os


def save():
    with open("saved.txt", "a") as file:
        file.write("saved\n")


def begin():
    atexit.register(save)  # cause: atexit-skipped-in-child under fork, forkserver if python < 3.13


if __name__ == "__main__":
    pool = multiprocessing.Pool(1, begin)
    pool.apply(abs, (1,))
    pool.close()
    pool.join()
    print("saved" if os.path.exists("saved.txt") else "nothing was saved", flush=True)
    if os.path.exists("saved.txt"):
        os.remove("saved.txt")
