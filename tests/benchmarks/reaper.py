"""Runs command lines side by side, and does nothing but reap every descendant; says what CPU time they took.

``python -I -S reaper.py N`` reads a JSON list of ``{"argv", "cwd", "env"}`` from standard input, keeps N
of them going, and prints ``{"cpu", "wall"}`` in seconds once all of their processes have been reaped.
An orphan that someone else reaps would be missing from the sum, so this process is a subreaper.
"""

import ctypes
import json
import os
import resource
import sys
import time

PR_SET_CHILD_SUBREAPER = 36


def main():
    beside = int(sys.argv[1])
    commands = json.load(sys.stdin)
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_CHILD_SUBREAPER)")
    null = [(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_RDWR, 0) for fd in (0, 1, 2)]
    began = time.monotonic()
    running = set()
    while True:
        while commands and len(running) < beside:
            command = commands.pop(0)
            os.chdir(command["cwd"])
            running.add(
                os.posix_spawn(command["argv"][0], command["argv"], command["env"], file_actions=null, setsid=True)
            )
        try:
            pid, _ = os.waitpid(-1, 0)
        except ChildProcessError:
            break
        running.discard(pid)
    wall = time.monotonic() - began
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(json.dumps({"cpu": used.ru_utime + used.ru_stime, "wall": wall}))


main()
