"""Two children that are forked by hand read one file: the second finds nothing left."""

import os
import sys
import tempfile


def count(file):
    number = 0
    while block := os.read(file.fileno(), 1000):
        number += block.count(b"\n")
    return number


def main():
    with tempfile.TemporaryFile() as file:
        file.write(b"a line\n" * 300)
        file.flush()
        os.lseek(file.fileno(), 0, os.SEEK_SET)
        codes = []
        for _ in range(2):
            pid = os.fork()  # cause: state-copied-by-fork
            if pid == 0:
                os._exit(0 if count(file) == 300 else 1)
            codes.append(os.waitpid(pid, 0)[1])
    sys.exit(any(codes))


if __name__ == "__main__":
    main()
