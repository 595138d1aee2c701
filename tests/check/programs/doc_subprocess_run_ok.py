"""Commands with output, with an exit code that is expected, and with a timeout that is expected."""

import subprocess
import sys

print(subprocess.run(["echo", "hello"], capture_output=True, check=True).stdout)
print(subprocess.run("exit 1", shell=True).returncode)
try:
    subprocess.run([sys.executable, "-c", "raise SystemExit(3)"], check=True)
except subprocess.CalledProcessError as error:
    print(error.returncode)
try:
    subprocess.run(["sleep", "5"], timeout=0.3)
except subprocess.TimeoutExpired:
    print("too slow")
