"""A helper starts a shell, kills it after a timeout and collects its output; what the shell started holds the pipe."""

import subprocess


class Command:
    def __init__(self, line):
        self.process = subprocess.Popen(line, shell=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def output(self, timeout):
        try:
            return self.process.communicate(timeout=timeout)[0]
        except subprocess.TimeoutExpired:
            self.process.terminate()
            return self.process.communicate()[0]  # cause: pipe-end-kept-open


if __name__ == "__main__":
    print("output:", Command("sleep 4; echo end").output(0.5), flush=True)
