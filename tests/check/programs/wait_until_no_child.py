"""os.wait() in a loop until there is no child: the resource tracker, or the fork server, never ends."""

import os
import sys
from multiprocessing import Process


def nothing():
    sys.exit(0)


if __name__ == "__main__":
    for _ in range(2):
        Process(target=nothing).start()
    count = 0
    while True:
        try:
            os.wait()  # cause: waits-for-helper-process under spawn, forkserver
        except ChildProcessError:
            break
        count += 1
    print("ended:", count, flush=True)
