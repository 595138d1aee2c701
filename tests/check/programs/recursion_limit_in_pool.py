"""The recursion limit is raised in main(), and the tasks of a pool need it. Sound: recursion_limit_raised_ok."""

import sys
from concurrent.futures import ProcessPoolExecutor


def nested(levels):
    return [nested(levels - 1)] if levels else []


def height(tree):
    return 1 + height(tree[0]) if tree else 1


def task(levels):
    return height(nested(levels))


def main():
    sys.setrecursionlimit(6000)  # cause: state-not-inherited under spawn, forkserver
    with ProcessPoolExecutor(1) as pool:
        print(pool.submit(task, 1500).result(), flush=True)


if __name__ == "__main__":
    main()
