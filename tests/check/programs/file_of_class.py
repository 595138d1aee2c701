"""A reader of a table is made first and used in workers, which are forked one after the other. Sound: file_read_by_forks_ok."""

import os
import sys
import tempfile


class Table:
    def __init__(self, rows):
        self.file = tempfile.NamedTemporaryFile("w+", suffix=".csv")
        self.file.writelines(f"{row},{row * row}\n" for row in range(rows))
        self.file.seek(0)

    def total(self):
        return sum(int(line.partition(",")[2]) for line in self.file)


def in_child(function, expected):
    child = os.fork()  # cause: state-copied-by-fork
    if child == 0:
        if function() != expected:
            os._exit(3)
        os._exit(0)
    return os.waitpid(child, 0)[1]


if __name__ == "__main__":
    table = Table(2000)
    wanted = sum(row * row for row in range(2000))
    sys.exit("wrong total" if any([in_child(table.total, wanted) for _ in range(3)]) else 0)
