"""A viewer program reads a ShareableList while its owner goes on with it. Sound: block_of_other_program_ok."""

import contextlib
import subprocess
import sys
from multiprocessing.shared_memory import ShareableList

VIEWER = "viewer"


class Owner:
    def __init__(self):
        self.values = ShareableList([1, 2, 3])

    def show(self):
        subprocess.run([sys.executable, __file__, VIEWER, self.values.shm.name], check=True)

    def close(self):
        self.values.shm.close()
        with contextlib.suppress(FileNotFoundError):
            self.values.shm.unlink()


def view(name):
    values = ShareableList(name=name)  # cause: shm-tracker-premature-unlink
    print(sum(values), flush=True)
    values.shm.close()


if __name__ == "__main__":
    if VIEWER in sys.argv:
        view(sys.argv[2])
    else:
        owner = Owner()
        owner.show()
        owner.close()
