"""Run a command below a subreaper that reaps at once, as the containment does on Linux.

``PYTHON reaping_subreaper.py COMMAND ...`` ends with the command's exit code when no descendant is left.
"""

import ctypes
import os
import sys

if ctypes.CDLL(None).prctl(36, 1, 0, 0, 0):  # PR_SET_CHILD_SUBREAPER
    sys.exit("PR_SET_CHILD_SUBREAPER does not work here")
main = os.spawnv(os.P_NOWAIT, sys.argv[1], sys.argv[1:])
code = None
while True:
    try:
        pid, status = os.wait()
    except ChildProcessError:
        break
    if pid == main:
        code = os.waitstatus_to_exitcode(status)
sys.exit(code)
