"""A program that takes too long is killed, and its output is read to the end."""

import subprocess
import sys

child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(30)"], stdout=subprocess.PIPE)
try:
    output, _ = child.communicate(timeout=0.5)
except subprocess.TimeoutExpired:
    child.kill()
    output, _ = child.communicate()
print(output, child.returncode)
