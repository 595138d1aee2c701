"""Runs a command under an adopter that does not reap: a subreaper, or process 1, that waits for the command alone.

``PYTHON careless.py COMMAND ...``: ends with the command's exit code.
"""

import ctypes
import os
import sys

if ctypes.CDLL(None).prctl(36, 1, 0, 0, 0):  # PR_SET_CHILD_SUBREAPER
    sys.exit("no subreaper can be made here")
main = os.spawnv(os.P_NOWAIT, sys.argv[1], sys.argv[1:])
sys.exit(os.waitstatus_to_exitcode(os.waitpid(main, 0)[1]))
