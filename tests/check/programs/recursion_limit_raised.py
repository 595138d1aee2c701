"""The recursion limit is raised in the parent, and a child recurses too deeply for Python's own limit."""

import multiprocessing
import sys


def depth(levels):
    return 1 + depth(levels - 1) if levels else 0


def work(levels):
    print("depth", depth(levels), flush=True)


if __name__ == "__main__":
    sys.setrecursionlimit(5000)  # cause: state-not-inherited under spawn, forkserver
    child = multiprocessing.Process(target=work, args=(2000,))
    child.start()
    child.join()
    sys.exit(child.exitcode)
