"""The same as wait_until_no_child.py, with join()."""

import sys
from multiprocessing import Process


def nothing():
    sys.exit(0)


if __name__ == "__main__":
    children = [Process(target=nothing) for _ in range(2)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    print("ended:", sum(child.exitcode == 0 for child in children), flush=True)
