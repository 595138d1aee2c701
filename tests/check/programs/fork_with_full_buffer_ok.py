"""The same as fork_with_full_buffer.py, with a flush before the fork."""

import os
import sys


def split():
    sys.stdout.flush()
    return os.fork()


if __name__ == "__main__":
    sys.stdout.write("heading of the report\n")
    sys.stdout.write("part one ")
    pid = split()
    if pid:
        os.waitpid(pid, 0)
        sys.stdout.write("parent\n")
