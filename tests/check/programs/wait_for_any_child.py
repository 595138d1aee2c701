"""The main program waits by os.wait() for a program of its own, and gets a multiprocessing child. Sound: reaper_thread_ok."""

import os
import subprocess
import sys
from multiprocessing import Process


def quick():
    sys.exit(5)


def run_tool():
    tool = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(1.5)"])
    while True:
        pid, status = os.wait()  # cause: exit-status-stolen under fork, spawn
        if pid == tool.pid:
            tool.returncode = status
            return


if __name__ == "__main__":
    child = Process(target=quick)
    child.start()
    run_tool()
    child.join(0.5)
    sys.exit(child.exitcode != 5)
