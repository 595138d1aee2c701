"""The caller reads a program's output to its end, and its errors after that. Sound: program_fills_pipe_ok."""

import subprocess
import sys

TOOL = "import sys; sys.stderr.write('warning\\n' * 20_000); print('done')"


class Tool:
    def __init__(self):
        self.process = subprocess.Popen([sys.executable, "-c", TOOL], stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def lines(self):
        output = self.process.stdout.read()  # cause: full-pipe-deadlock
        return output.splitlines() + self.process.stderr.read().splitlines()


if __name__ == "__main__":
    print(len(Tool().lines()), flush=True)
