"""The same as recursion_limit_raised.py; the child raises the limit itself."""

import multiprocessing
import sys


def depth(levels):
    return 1 + depth(levels - 1) if levels else 0


def work(levels):
    sys.setrecursionlimit(5000)
    print("depth", depth(levels), flush=True)


if __name__ == "__main__":
    child = multiprocessing.Process(target=work, args=(2000,))
    child.start()
    child.join()
    sys.exit(child.exitcode)
