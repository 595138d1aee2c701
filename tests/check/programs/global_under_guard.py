"""A global is set under the main guard, and a child reads the value of the file's top level."""

import multiprocessing
import sys

limit = 10


def over():
    sys.exit(limit > 50)


if __name__ == "__main__":
    limit = 100  # cause: state-not-inherited under spawn, forkserver
    process = multiprocessing.Process(target=over)
    process.start()
    process.join()
    print("over the limit:", bool(process.exitcode), flush=True)
