"""Run command lines side by side, reap every descendant, and report the CPU time that all of them used.

``python -I -S reaper.py N`` reads a JSON list of ``{"argv", "cwd", "env"}`` from the first line of standard input, runs
N of them at a time, and prints ``{"cpu", "wall"}`` in seconds once all their processes have been reaped. An orphan that
another process reaps would be missing from the sum, so this process is a subreaper. When standard input ends early, the
caller has ended, and everything that runs is killed.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import sys
import threading
import time

assert sys.platform == "linux", "a subreaper is needed"

PR_SET_CHILD_SUBREAPER = 36


def main() -> None:
    jobs = int(sys.argv[1])
    commands = json.loads(sys.stdin.readline())
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_CHILD_SUBREAPER)")
    null = [(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_RDWR, 0) for fd in (0, 1, 2)]
    began = time.monotonic()
    running: set[int] = set()
    starting = threading.Lock()
    threading.Thread(target=kill_all_without_caller, args=(running, starting), daemon=True).start()
    while True:
        while commands and len(running) < jobs:
            command = commands.pop(0)
            os.chdir(command["cwd"])
            with starting:  # the other thread must not miss a process that is being started
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
    print(json.dumps({"cpu": used.ru_utime + used.ru_stime, "wall": wall}), flush=True)


def kill_all_without_caller(running: set[int], starting: threading.Lock) -> None:
    """Wait for the end of standard input, then kill everything and exit."""
    os.read(0, 1)  # not sys.stdin, whose lock the interpreter needs at exit
    with starting:
        for leader in list(running):
            os.killpg(leader, signal.SIGKILL)
        os._exit(1)


main()
