"""The same as program_fills_pipe.py; the output is read while the program runs."""

import subprocess
import sys


def convert(size):
    program = subprocess.Popen([sys.executable, "-c", f"print('x' * {size})"], stdout=subprocess.PIPE)
    output, _ = program.communicate()
    if program.returncode != 0:
        raise SystemExit("failed")
    return output


if __name__ == "__main__":
    print(len(convert(200_000)), flush=True)
