"""Each command, and each forked child, is waited for, though late."""

import os
import subprocess
import time

commands = [subprocess.Popen(["true"]) for _ in range(2)]
pid = os.fork()
if not pid:
    os._exit(0)
time.sleep(1.5)
for command in commands:
    command.wait()
os.waitpid(pid, 0)
time.sleep(1)
print("done", flush=True)
