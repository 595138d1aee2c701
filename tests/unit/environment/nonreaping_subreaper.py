"""Run a command below a subreaper (or process 1) that reaps only the command, not the orphans that it adopts.

``PYTHON nonreaping_subreaper.py COMMAND ...`` ends with the command's exit code.
"""

import ctypes
import os
import sys

if ctypes.CDLL(None).prctl(36, 1, 0, 0, 0):  # PR_SET_CHILD_SUBREAPER
    sys.exit("PR_SET_CHILD_SUBREAPER does not work here")
main = os.spawnv(os.P_NOWAIT, sys.argv[1], sys.argv[1:])
sys.exit(os.waitstatus_to_exitcode(os.waitpid(main, 0)[1]))
