"""The same as shell_timeout.py, without a shell."""

import subprocess


class Command:
    def __init__(self, words):
        self.process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def output(self, timeout):
        try:
            return self.process.communicate(timeout=timeout)[0]
        except subprocess.TimeoutExpired:
            self.process.terminate()
            return self.process.communicate()[0]


if __name__ == "__main__":
    print("output:", Command(["sleep", "4"]).output(0.5), flush=True)
