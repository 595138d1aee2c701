"""Commands are started and kept in a list, and nobody asks whether they have ended."""

import subprocess
import time


class Jobs:
    def __init__(self):
        self.running = []

    def start(self, *command):
        self.running.append(subprocess.Popen(command))  # cause: zombie-left-behind


jobs = Jobs()
for _ in range(2):
    jobs.start("true")
time.sleep(3)
print("done", flush=True)
