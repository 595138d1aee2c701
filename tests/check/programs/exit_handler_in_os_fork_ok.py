"""The same as exit_handler_in_os_fork.py; the handler looks at the process that it runs in."""

import atexit
import os
import shutil
import sys
import tempfile


class Workspace:
    def __init__(self):
        self.path = tempfile.mkdtemp()
        self.owner = os.getpid()
        atexit.register(self.remove)

    def remove(self):
        if os.getpid() != self.owner:
            return
        shutil.rmtree(self.path, ignore_errors=True)


def main():
    workspace = Workspace()
    pid = os.fork()
    if pid == 0:
        sys.exit(0)
    os.waitpid(pid, 0)
    print("folder is there:", os.path.isdir(workspace.path), flush=True)


if __name__ == "__main__":
    main()
