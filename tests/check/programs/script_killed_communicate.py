"""A Python program that has a child of its own is killed; communicate() waits for the child. Sound: shell_timeout_ok."""

import subprocess
import sys

SCRIPT = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import time; time.sleep(4)'])"


def main():
    program = subprocess.Popen([sys.executable, "-c", SCRIPT], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        output, _ = program.communicate(timeout=1)
    except subprocess.TimeoutExpired:
        program.kill()
        output, _ = program.communicate()  # cause: pipe-end-kept-open
    return output


if __name__ == "__main__":
    print(main(), flush=True)
