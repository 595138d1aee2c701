"""Text is written without a newline at the end, then a function forks; the child returns to the end of the script."""

import os
import sys


def split():
    return os.fork()  # cause: state-copied-by-fork


if __name__ == "__main__":
    sys.stdout.write("heading of the report\n")
    sys.stdout.write("part one ")
    pid = split()
    if pid:
        os.waitpid(pid, 0)
        sys.stdout.write("parent\n")
