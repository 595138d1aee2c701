"""The program replaces itself by another one, and its child stays. Sound: orphan_of_exit_ok."""

import os
import sys
import time
from multiprocessing import Process


class Restarter:
    def __init__(self):
        self.child = Process(target=time.sleep, args=(60,), daemon=True)

    def run(self):
        self.child.start()  # cause: orphan-left-behind
        os.execv(sys.executable, [sys.executable, "-c", "print('second program', flush=True)"])


if __name__ == "__main__":
    Restarter().run()
