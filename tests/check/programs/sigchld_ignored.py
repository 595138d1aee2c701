"""A program ignores SIGCHLD, to have no zombies, and then asks how its commands have ended."""

import signal
import subprocess
import sys


def run(*command):
    return subprocess.Popen(command).wait()


if __name__ == "__main__":
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # cause: exit-status-stolen
    code = run("false")
    print("ended with", code, flush=True)
    sys.exit(code == 0)
