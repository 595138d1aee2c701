"""A shell is terminated, and the rest of its output read from the pipe. Sound: shell_timeout_ok."""

import subprocess
import time


class Tail:
    def __init__(self, command):
        self.process = subprocess.Popen(command, shell=True, stdout=subprocess.PIPE, text=True)

    def stop(self):
        self.process.terminate()
        self.process.wait()
        return self.process.stdout.read()  # cause: pipe-end-kept-open


if __name__ == "__main__":
    tail = Tail("(sleep 30; echo late) & echo now; wait")
    time.sleep(0.5)
    print(tail.stop().splitlines(), flush=True)
