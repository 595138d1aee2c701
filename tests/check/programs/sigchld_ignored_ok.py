"""The same as sigchld_ignored.py; SIGCHLD is left alone."""

import subprocess
import sys


def run(*command):
    return subprocess.Popen(command).wait()


if __name__ == "__main__":
    code = run("false")
    print("ended with", code, flush=True)
    sys.exit(code == 0)
