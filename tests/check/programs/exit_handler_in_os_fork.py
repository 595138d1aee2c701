"""A forked child ends by sys.exit(), and so runs the exit handler that removes its parent's folder."""

import atexit
import os
import shutil
import sys
import tempfile


class Workspace:
    def __init__(self):
        self.path = tempfile.mkdtemp()
        atexit.register(self.remove)

    def remove(self):
        shutil.rmtree(self.path, ignore_errors=True)


def main():
    workspace = Workspace()
    pid = os.fork()  # cause: state-copied-by-fork
    if pid == 0:
        sys.exit(0)
    os.waitpid(pid, 0)
    print("folder is there:", os.path.isdir(workspace.path), flush=True)


if __name__ == "__main__":
    main()
