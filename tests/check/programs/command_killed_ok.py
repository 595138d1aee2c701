"""Helpers that are programs are ended by a signal, and waited for."""

import os
import signal
import subprocess

helpers = [subprocess.Popen(["sleep", "60"], start_new_session=True) for _ in range(2)]
helpers[0].terminate()
os.killpg(helpers[1].pid, signal.SIGKILL)
print([helper.wait() for helper in helpers], flush=True)
