"""Runs command lines side by side, and does nothing but reap every descendant; says what CPU time they took.

``python -I -S reaper.py N`` reads a JSON list of ``{"argv", "cwd", "env"}`` from the first line of standard
input, keeps N of them going, and prints ``{"cpu", "wall"}`` in seconds once all of their processes have
been reaped. An orphan that someone else reaps would be missing from the sum, so this process is a
subreaper. When standard input ends before that, whoever asked is gone: all of it is ended.
"""

import ctypes
import json
import os
import resource
import signal
import sys
import threading
import time

PR_SET_CHILD_SUBREAPER = 36


def main():
    beside = int(sys.argv[1])
    commands = json.loads(sys.stdin.readline())
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_CHILD_SUBREAPER)")
    null = [(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_RDWR, 0) for fd in (0, 1, 2)]
    began = time.monotonic()
    running, starting = set(), threading.Lock()
    threading.Thread(target=end_with_the_asker, args=(running, starting), daemon=True).start()
    while True:
        while commands and len(running) < beside:
            command = commands.pop(0)
            os.chdir(command["cwd"])
            with starting:  # whoever ends it all must know of this one
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


def end_with_the_asker(running, starting):
    os.read(0, 1)  # not by sys.stdin, whose lock the interpreter wants at its end
    with starting:
        for leader in list(running):
            os.killpg(leader, signal.SIGKILL)
        os._exit(1)


main()
