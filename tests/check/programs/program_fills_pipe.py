"""The caller waits for the end of a program before it reads what the program prints."""

import subprocess
import sys


def convert(size):
    program = subprocess.Popen([sys.executable, "-c", f"print('x' * {size})"], stdout=subprocess.PIPE)
    if program.wait() != 0:  # cause: full-pipe-deadlock
        raise SystemExit("failed")
    return program.stdout.read()


if __name__ == "__main__":
    print(len(convert(200_000)), flush=True)
