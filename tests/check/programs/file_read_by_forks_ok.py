"""The same as file_read_by_forks.py; each child reads at places that it names. The second child fails by design."""

import os
import tempfile


def count(file):
    number = place = 0
    while block := os.pread(file.fileno(), 1000, place):
        number += block.count(b"\n")
        place += len(block)
    os.lseek(file.fileno(), place, os.SEEK_SET)
    return number


def main():
    with tempfile.TemporaryFile() as file:
        file.write(b"a line\n" * 300)
        file.flush()
        os.lseek(file.fileno(), 0, os.SEEK_SET)
        codes = []
        for wanted in (300, 301):
            pid = os.fork()
            if pid == 0:
                os._exit(0 if count(file) == wanted else 1)
            codes.append(os.waitpid(pid, 0)[1])
    print([code >> 8 for code in codes], flush=True)


if __name__ == "__main__":
    main()
