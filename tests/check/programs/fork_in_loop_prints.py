"""Several workers are forked by hand after a line was printed; each ends by an exception. Sound: fork_with_full_buffer_ok."""

import os
import sys


class Done(Exception):
    pass


def worker(number):
    sys.exit(number)


def main():
    print("three workers", file=sys.stdout)
    pids = []
    for number in range(3):
        pid = os.fork()  # cause: state-copied-by-fork
        if not pid:
            worker(number)
        pids.append(pid)
    for pid in pids:
        os.waitpid(pid, 0)


if __name__ == "__main__":
    main()
